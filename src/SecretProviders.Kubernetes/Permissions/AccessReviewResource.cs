using System.Text.Json.Serialization;

namespace SecretProviders.Kubernetes.Permissions;

/// <summary>The resource and the verb of an access review; without a name it asks about all names.</summary>
internal sealed record AccessReviewResource
{
    [JsonPropertyName("group")]
    public string Group { get; init; } = "";

    [JsonPropertyName("resource")]
    public string Resource { get; init; } = "";

    [JsonPropertyName("verb")]
    public string Verb { get; init; } = "";

    [JsonPropertyName("namespace")]
    public string? Namespace { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }
}
