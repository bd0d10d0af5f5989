using System.Collections.Immutable;

namespace SecretProviders.Kubernetes.Client;

/// <summary>A sort of object of the API, with the versions under which a server may know it, newest first.</summary>
/// <param name="Group">The API group; empty for the core.</param>
/// <param name="Plural">The name in URLs and in roles.</param>
/// <param name="Kind">The name in objects and messages.</param>
/// <param name="IsNamespaced">Whether objects lie in namespaces.</param>
/// <param name="Versions">The versions.</param>
internal sealed record ApiResource(string Group, string Plural, string Kind, bool IsNamespaced, ImmutableArray<string> Versions)
{
    public static readonly ApiResource Secrets = new("", "secrets", "Secret", true, ["v1"]);

    public static readonly ApiResource ConfigMaps = new("", "configmaps", "ConfigMap", true, ["v1"]);

    public static readonly ApiResource ClusterTrustBundles =
        new("certificates.k8s.io", "clustertrustbundles", "ClusterTrustBundle", false, ["v1", "v1beta1", "v1alpha1"]);

    public static readonly ApiResource ReferenceGrants =
        new("gateway.networking.k8s.io", "referencegrants", "ReferenceGrant", true, ["v1", "v1beta1"]) { IsOptional = true };

    /// <summary>Gets a value indicating whether a server that does not know the sort has none of its objects, and that is all.</summary>
    public bool IsOptional { get; private init; }

    /// <summary>Gets the API's path below the server's address, without a slash in front.</summary>
    /// <param name="version">One of <see cref="Versions"/>.</param>
    public string BasePath(string version) => Group.Length == 0 ? $"api/{version}" : $"apis/{Group}/{version}";
}
