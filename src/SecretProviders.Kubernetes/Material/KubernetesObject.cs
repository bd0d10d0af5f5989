using System.Collections.Immutable;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.References;

namespace SecretProviders.Kubernetes.Material;

/// <summary>What is kept of one object that somebody asked for. Never printed.</summary>
/// <param name="metadata">Its metadata.</param>
internal sealed class KubernetesObject(ObjectMetadata metadata)
{
    public ObjectMetadata Metadata { get; } = metadata;

    /// <summary>Gets the type of a Secret; empty for other objects.</summary>
    public string Type { get; init; } = "";

    /// <summary>Gets a value indicating whether the content cannot change for as long as the UID is the same.</summary>
    public bool IsImmutable { get; init; }

    /// <summary>Gets the fields and their values.</summary>
    public ImmutableArray<KeyValuePair<string, SensitiveBytes>> Fields { get; init; } = [];

    /// <summary>Gets what a ReferenceGrant permits; null for other objects.</summary>
    public GrantRules? Grant { get; init; }

    /// <summary>Gets why the content could not be taken, or null.</summary>
    public SecretProblem? Problem { get; init; }
}
