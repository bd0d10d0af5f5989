namespace SecretProviders.Kubernetes.Configuration;

/// <summary>Where an API server is, whom to take for it, and how to say who we are.</summary>
/// <param name="Server">The server's address.</param>
/// <param name="Credential">Who we are.</param>
/// <param name="Place">Where all this is written, for messages.</param>
internal sealed record ClusterAccess(Uri Server, ICredential Credential, string Place)
{
    /// <summary>Gets the authorities of the server's certificate, or null for the system's.</summary>
    public PemSource? Authorities { get; init; }

    /// <summary>Gets a value indicating whether any certificate is taken for the server's.</summary>
    public bool SkipsTlsVerification { get; init; }

    /// <summary>Gets the name in the server's certificate where it is not the address's, or null.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Gets the proxy, or null for what the environment says.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Gets whom to act as, or null.</summary>
    public Impersonation? ActAs { get; init; }

    /// <summary>Gets the namespace of whoever names none.</summary>
    public string Namespace { get; init; } = "default";
}
