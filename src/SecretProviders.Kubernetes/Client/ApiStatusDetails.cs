using System.Text.Json.Serialization;

namespace SecretProviders.Kubernetes.Client;

/// <summary>What a Status says beside its reason.</summary>
internal sealed record ApiStatusDetails
{
    [JsonPropertyName("retryAfterSeconds")]
    public int? RetryAfterSeconds { get; init; }
}
