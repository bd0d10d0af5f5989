using System.Text.Json.Serialization;
using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Permissions;

/// <summary>A SelfSubjectAccessReview: the question, and in the answer its status.</summary>
internal sealed record AccessReview
{
    [JsonPropertyName("apiVersion")]
    public string ApiVersion { get; init; } = "authorization.k8s.io/v1";

    [JsonPropertyName("kind")]
    public string Kind { get; init; } = "SelfSubjectAccessReview";

    [JsonPropertyName("spec")]
    public AccessReviewSpec? Spec { get; init; }

    [JsonPropertyName("status")]
    public AccessReviewStatus? Status { get; init; }

    /// <summary>Makes the question.</summary>
    public static AccessReview Of(ObjectSelection selection, string verb) => new()
    {
        Spec = new AccessReviewSpec
        {
            Resource = new AccessReviewResource
            {
                Group = selection.Resource.Group,
                Resource = selection.Resource.Plural,
                Verb = verb,
                Namespace = selection.Namespace,
                Name = selection.Name,
            },
        },
    };
}
