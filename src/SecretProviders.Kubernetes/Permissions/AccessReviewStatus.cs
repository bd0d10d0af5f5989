using System.Text.Json.Serialization;

namespace SecretProviders.Kubernetes.Permissions;

/// <summary>The answer of an access review.</summary>
internal sealed record AccessReviewStatus
{
    [JsonPropertyName("allowed")]
    public bool Allowed { get; init; }
}
