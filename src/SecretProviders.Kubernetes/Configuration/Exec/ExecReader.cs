using System.Text;
using System.Text.Json;

namespace SecretProviders.Kubernetes.Configuration.Exec;

/// <summary>Judges what a plugin has written. Pure; repeats nothing of it, since it may be a secret.</summary>
internal static class ExecReader
{
    private const string Kind = "ExecCredential";

    /// <summary>Reads the output of a plugin.</summary>
    /// <param name="output">The output.</param>
    /// <param name="plugin">The plugin.</param>
    /// <returns>The proof, and when it ends, if it says so.</returns>
    /// <exception cref="SecretSourceException">It is no credential.</exception>
    public static (Proof Proof, DateTimeOffset? Expiration) Read(ReadOnlySpan<byte> output, ExecPlugin plugin)
    {
        ExecMessage? message;
        try
        {
            message = JsonSerializer.Deserialize(output, ExecJson.Default.ExecMessage);
        }
        catch (JsonException)
        {
            throw Refuse(plugin, "wrote what is no ExecCredential; run it by hand and see");
        }

        if (message is not { Kind: Kind } || message.ApiVersion != plugin.ApiVersion)
        {
            throw Refuse(plugin, $"did not answer with an {Kind} of {plugin.ApiVersion}; set apiVersion to the version that it speaks");
        }

        return message.Status is { } status ? (ReadProof(status, plugin), status.Expiration) : throw Refuse(plugin, "gave no status, so no credential; run it by hand and see");
    }

    private static Proof ReadProof(ExecStatus status, ExecPlugin plugin)
    {
        if (string.IsNullOrEmpty(status.Certificate) != string.IsNullOrEmpty(status.Key))
        {
            throw Refuse(plugin, "gave a certificate without its key, or a key alone");
        }

        if (string.IsNullOrEmpty(status.Token) && string.IsNullOrEmpty(status.Certificate))
        {
            throw Refuse(plugin, "gave neither a token nor a certificate");
        }

        return new Proof
        {
            Token = string.IsNullOrEmpty(status.Token) ? null : status.Token.Trim(),
            Certificate = string.IsNullOrEmpty(status.Certificate)
                ? null
                : CertificateCredential.Decode(Bytes(status.Certificate), Bytes(status.Key!), $"the plugin '{plugin.Command}'"),
        };
    }

    private static SensitiveBytes Bytes(string text) =>
        SensitiveBytes.Create(Encoding.UTF8.GetByteCount(text), text, static (bytes, text) => Encoding.UTF8.GetBytes(text, bytes));

    private static SecretSourceException Refuse(ExecPlugin plugin, string what) =>
        new(SecretErrorCode.Unavailable, $"The credential plugin '{plugin.Command}' ({plugin.Place}) {what}.");
}
