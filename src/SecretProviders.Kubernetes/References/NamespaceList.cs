using System.Collections.Immutable;

namespace SecretProviders.Kubernetes.References;

/// <summary>The namespaces that a source may read. Pure.</summary>
internal sealed class NamespaceList
{
    private readonly ImmutableHashSet<string> _names;

    /// <summary>Takes what was configured.</summary>
    /// <param name="configured">The namespaces, <see cref="KubernetesSecretSourceOptions.AllNamespaces"/> among them for all; may be empty.</param>
    /// <param name="own">The namespace of the context or of the pod.</param>
    public NamespaceList(IEnumerable<string> configured, string own)
    {
        var named = configured.ToImmutableArray();
        AreAll = named.Contains(KubernetesSecretSourceOptions.AllNamespaces);
        Default = named.FirstOrDefault(static name => name != KubernetesSecretSourceOptions.AllNamespaces) ?? own;
        _names = named.IsEmpty ? [own] : [.. named];
    }

    /// <summary>Gets the namespace of a key that names none.</summary>
    public string Default { get; }

    /// <summary>Gets a value indicating whether every namespace may be read.</summary>
    public bool AreAll { get; }

    public bool Contains(string name) => AreAll || _names.Contains(name);

    /// <inheritdoc/>
    public override string ToString() => AreAll ? "all" : string.Join(", ", _names.Order(StringComparer.Ordinal));
}
