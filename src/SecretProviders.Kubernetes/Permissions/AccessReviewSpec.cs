using System.Text.Json.Serialization;

namespace SecretProviders.Kubernetes.Permissions;

/// <summary>What an access review asks about.</summary>
internal sealed record AccessReviewSpec
{
    [JsonPropertyName("resourceAttributes")]
    public AccessReviewResource? Resource { get; init; }
}
