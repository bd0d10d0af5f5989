using System.Security.Cryptography;

namespace SecretProviders.Vault.Client;

/// <summary>Reads a body whole, up to a limit, into bytes that are cleared.</summary>
internal static class VaultBody
{
    private const int FirstSize = 4096;

    /// <summary>Reads a body.</summary>
    /// <param name="content">The body.</param>
    /// <param name="limit">The most bytes that it may have.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The bytes, or null when there are more than the limit.</returns>
    public static async ValueTask<SensitiveBytes?> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > limit)
        {
            return null;
        }

        var size = (int)(content.Headers.ContentLength ?? FirstSize) + 1;
        var buffer = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        try
        {
            var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var length = 0;
                while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false) is > 0 and var read)
                {
                    length += read;
                    if (length > limit)
                    {
                        return null;
                    }

                    if (length == buffer.Length)
                    {
                        buffer = Grow(buffer, limit);
                    }
                }

                return SensitiveBytes.Copy(buffer.AsSpan(0, length));
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int limit)
    {
        var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min((long)buffer.Length * 2, limit + 1L), pinned: true);
        buffer.CopyTo(larger, 0);
        CryptographicOperations.ZeroMemory(buffer);
        return larger;
    }
}
