using System.Collections.Immutable;
using System.Security.Cryptography;

namespace SecretProviders.Xds.Mapping;

/// <summary>Writes PEM (RFC 7468) straight into memory that is zeroed, so that no other copy of a key's text exists.</summary>
internal static class PemText
{
    public static SensitiveBytes Certificates(ImmutableArray<EncodedCertificate> certificates) =>
        Write("CERTIFICATE"u8.ToArray(), certificates, static certificate => certificate.Der);

    public static SensitiveBytes RevocationLists(ImmutableArray<ReadOnlyMemory<byte>> lists) =>
        Write("X509 CRL"u8.ToArray(), lists, static list => list);

    public static SensitiveBytes PrivateKey(SensitiveBytes pkcs8) =>
        Write("PRIVATE KEY"u8.ToArray(), [pkcs8], static key => key.Memory);

    private static SensitiveBytes Write<T>(byte[] label, ImmutableArray<T> blocks, Func<T, ReadOnlyMemory<byte>> bytesOf)
    {
        var length = blocks.Sum(block => PemEncoding.GetEncodedSize(label.Length, bytesOf(block).Length) + 1);
        return SensitiveBytes.Create(length, (label, blocks, bytesOf), static (span, state) =>
        {
            foreach (var block in state.blocks)
            {
                PemEncoding.TryWriteUtf8(state.label, state.bytesOf(block).Span, span, out var written);
                span[written] = (byte)'\n';
                span = span[(written + 1)..];
            }
        });
    }
}
