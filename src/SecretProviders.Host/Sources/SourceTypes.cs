using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Sources;

/// <summary>Reads a source's settings and returns how to add it.</summary>
/// <param name="name">The source's name.</param>
/// <param name="section">Its settings.</param>
internal delegate Action<ISecretProvidersBuilder> SourceBinding(string name, SectionReader section);

/// <summary>The types of source that the format knows: this is the one place where a host names sources.</summary>
internal static class SourceTypes
{
    /// <summary>Gets the types that this build contains.</summary>
    public static SortedDictionary<string, SourceBinding> Built { get; } = new(StringComparer.Ordinal)
    {
        ["developmentCa"] = DevelopmentCaBinding.Bind,
        ["fileSystem"] = FileSystemBinding.Bind,
        ["kubernetes"] = KubernetesBinding.Bind,
        ["sds"] = SdsBinding.Bind,
        ["sdsFile"] = SdsFileBinding.Bind,
        ["spiffe"] = SpiffeBinding.Bind,
        ["vault"] = VaultBinding.Bind,
    };

    /// <summary>Gets the types that the format reserves and this build does not contain.</summary>
    public static HashSet<string> NotBuilt { get; } =
    [
        "rest", "consul", "etcd", "pkcs11",
        "awsSecretsManager", "awsParameterStore", "azureKeyVault", "googleSecretManager", "alibabaSecretsManager",
    ];
}
