using System.Text;

namespace SecretProviders.Kubernetes.Configuration;

/// <summary>A token in a file, read for each request: it is small, requests are few, and the kubelet rotates it.</summary>
/// <param name="path">The file.</param>
internal sealed class TokenFileCredential(string path) : ICredential
{
    private readonly FollowedFiles<Proof> _file = new(files => Decode(files[0], path), () => SecretFile.Read(path));

    /// <inheritdoc/>
    public ValueTask<Proof> GetAsync(bool renew, CancellationToken cancellationToken) => ValueTask.FromResult(_file.Read(insist: renew));

    private static Proof Decode(SensitiveBytes bytes, string path)
    {
        var token = Encoding.UTF8.GetString(bytes.GetSpan()).Trim();
        GC.KeepAlive(bytes);
        return token.Length > 0 && token.All(static letter => letter is > ' ' and <= '~')
            ? new Proof { Token = token }
            : throw new SecretSourceException(SecretErrorCode.Unreachable, $"'{path}' holds no token: it is empty, or has letters that no token has. Write the token, and nothing else.");
    }
}
