namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>A kind of object that the fake can serve.</summary>
/// <param name="Group">The API group; empty for the core's.</param>
/// <param name="Version">The version in paths.</param>
/// <param name="Plural">The name in paths and rules.</param>
/// <param name="Kind">The name in objects.</param>
/// <param name="IsNamespaced">Whether its objects belong to namespaces.</param>
/// <param name="IsCustom">Whether it came by a custom resource definition; then objects in lists carry their kind.</param>
/// <param name="SelectableField">The field, beside name and namespace, that field selectors may name.</param>
internal sealed record FakeResource(
    string Group, string Version, string Plural, string Kind, bool IsNamespaced = true, bool IsCustom = false, string? SelectableField = null)
{
    public static readonly FakeResource Secrets = new(string.Empty, "v1", "secrets", "Secret", SelectableField: "type");

    public static readonly FakeResource ConfigMaps = new(string.Empty, "v1", "configmaps", "ConfigMap");

    public static readonly FakeResource ClusterTrustBundles =
        new("certificates.k8s.io", "v1beta1", "clustertrustbundles", "ClusterTrustBundle", IsNamespaced: false, SelectableField: "spec.signerName");

    public static readonly FakeResource ReferenceGrants =
        new("gateway.networking.k8s.io", "v1beta1", "referencegrants", "ReferenceGrant", IsCustom: true);

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public string Path => Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";
}
