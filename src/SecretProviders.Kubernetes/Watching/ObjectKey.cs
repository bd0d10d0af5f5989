using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Watching;

/// <summary>One thing to keep up to date: an object by its name, or all objects of a selection.</summary>
/// <param name="Resource">The sort.</param>
/// <param name="Namespace">The namespace; empty for objects of the cluster.</param>
/// <param name="Name">The name, or null for all.</param>
internal sealed record ObjectKey(ApiResource Resource, string Namespace, string? Name)
{
    /// <summary>Gets which of all objects, in the API's syntax, or null.</summary>
    public string? FieldSelector { get; init; }
}
