using System.Text.Json.Serialization;

namespace SecretProviders.Kubernetes.Configuration.Exec;

/// <summary>What a plugin is told of the cluster, when it wants to know.</summary>
internal sealed record ExecCluster
{
    [JsonPropertyName("server")]
    public required string Server { get; init; }

    [JsonPropertyName("tls-server-name")]
    public string? TlsServerName { get; init; }

    [JsonPropertyName("insecure-skip-tls-verify")]
    public bool? SkipsTlsVerification { get; init; }

    [JsonPropertyName("certificate-authority-data")]
    public byte[]? Authorities { get; init; }

    [JsonPropertyName("proxy-url")]
    public string? Proxy { get; init; }

    /// <summary>Reads a cluster of a kubeconfig.</summary>
    public static ExecCluster Read(KubeconfigSection cluster, Uri server) => new()
    {
        Server = server.OriginalString,
        TlsServerName = cluster.Text("tls-server-name"),
        SkipsTlsVerification = cluster.Flag("insecure-skip-tls-verify") ? true : null,
        Authorities = ReadAuthorities(cluster),
        Proxy = cluster.Text("proxy-url"),
    };

    private static byte[]? ReadAuthorities(KubeconfigSection cluster)
    {
        try
        {
            return cluster.Pem("certificate-authority")?.Read().Memory.ToArray();
        }
        catch (SecretSourceException exception)
        {
            throw new SecretConfigurationException($"{cluster.Place}: {exception.Message}");
        }
    }
}
