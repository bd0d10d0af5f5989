using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Permissions;

namespace SecretProviders.Kubernetes.Tests.Permissions;

public sealed class RoleRuleTests
{
    [Fact]
    public void Namespace_needs_a_role_there() =>
        Assert.EndsWith(
            "grant it by a Role in namespace 'edge' with the rule { apiGroups: [\"\"], resources: [\"secrets\"], verbs: [\"list\", \"watch\"] }.",
            RoleRule.For(new ObjectSelection(ApiResource.Secrets, "edge")),
            StringComparison.Ordinal);

    [Fact]
    public void All_namespaces_need_a_cluster_role() =>
        Assert.Contains("list and watch secrets in all namespaces: grant it by a ClusterRole", RoleRule.For(new ObjectSelection(ApiResource.Secrets)), StringComparison.Ordinal);

    [Fact]
    public void Group_and_name_are_in_the_rule() =>
        Assert.Contains(
            "apiGroups: [\"certificates.k8s.io\"], resources: [\"clustertrustbundles\"], verbs: [\"list\", \"watch\"], resourceNames: [\"mesh\"]",
            RoleRule.For(new ObjectSelection(ApiResource.ClusterTrustBundles, null, "mesh")),
            StringComparison.Ordinal);
}
