namespace SecretProviders.Kubernetes.Configuration;

/// <summary>What proves who we are: a token for the header, a certificate for the handshake, both or none. Never printed.</summary>
internal sealed class Proof
{
    public static readonly Proof Anonymous = new();

    // HTTP headers are strings; this is the one secret that cannot be kept out of them.
    public string? Token { get; init; }

    public TlsCertificate? Certificate { get; init; }

    public override string ToString() => "Proof (redacted)";
}
