using System.Text.Json.Serialization;

namespace SecretProviders.Kubernetes.Configuration.Exec;

/// <summary>What a plugin gives.</summary>
internal sealed class ExecStatus
{
    [JsonPropertyName("expirationTimestamp")]
    public DateTimeOffset? Expiration { get; init; }

    [JsonPropertyName("token")]
    public string? Token { get; init; }

    [JsonPropertyName("clientCertificateData")]
    public string? Certificate { get; init; }

    [JsonPropertyName("clientKeyData")]
    public string? Key { get; init; }
}
