using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.References;
using SecretProviders.Kubernetes.Watching;

namespace SecretProviders.Kubernetes.Tests.Watching;

public sealed class FeedPlanTests
{
    private const string DefaultFields = "type!=kubernetes.io/service-account-token,type!=helm.sh/release.v1";
    private static readonly ObjectKey Web = new(ApiResource.Secrets, "edge", "web");

    [Fact]
    public void Secrets_of_a_namespace_share_a_feed()
    {
        var plan = Plan(KubernetesWatchMode.Shared, "edge");

        Assert.Equal(plan.Choose(Web), plan.Choose(Web with { Name = "api" }));
        Assert.NotEqual(plan.Choose(Web), plan.Choose(Web with { Namespace = "other" }));
    }

    [Fact]
    public void Secrets_of_all_namespaces_share_a_feed()
    {
        var plan = Plan(KubernetesWatchMode.Shared, "*");

        Assert.Equal(plan.Choose(Web), plan.Choose(Web with { Namespace = "other" }));
        Assert.Null(plan.Choose(Web).Selection.Namespace);
    }

    [Theory]
    [InlineData(KubernetesWatchMode.Automatic, null, false, true)]
    [InlineData(KubernetesWatchMode.Shared, null, false, false)]
    [InlineData(KubernetesWatchMode.MetadataFirst, null, true, false)]
    [InlineData(KubernetesWatchMode.Named, "web", false, false)]
    public void Mode_decides(KubernetesWatchMode mode, string? name, bool metadataOnly, bool mayNarrow)
    {
        var choice = Plan(mode, "edge").Choose(Web);

        Assert.Equal(
            new FeedPlan.Choice(new ObjectSelection(ApiResource.Secrets, "edge", name) { FieldSelector = DefaultFields, MetadataOnly = metadataOnly }, false, mayNarrow),
            choice);
    }

    [Fact]
    public void Selectors_are_taken_and_empty_ones_are_none()
    {
        var options = new KubernetesSecretSourceOptions { LabelSelector = "app=web", FieldSelector = " " };

        var selection = new FeedPlan(options, new NamespaceList(["edge"], "own")).Choose(Web).Selection;

        Assert.Equal(("app=web", null), (selection.LabelSelector, selection.FieldSelector));
    }

    [Fact]
    public void Trust_is_watched_by_its_name_and_without_the_selectors_of_Secrets() =>
        Assert.Equal(
            new FeedPlan.Choice(new ObjectSelection(ApiResource.ConfigMaps, "edge", "roots"), Whole: false, MayNarrow: false),
            Plan(KubernetesWatchMode.Automatic, "*").Choose(new ObjectKey(ApiResource.ConfigMaps, "edge", "roots")));

    [Fact]
    public void Bundles_of_a_signer_are_watched_as_a_whole()
    {
        var key = new ObjectKey(ApiResource.ClusterTrustBundles, "", null) { FieldSelector = "spec.signerName=x/y" };

        Assert.Equal(
            new FeedPlan.Choice(new ObjectSelection(ApiResource.ClusterTrustBundles) { FieldSelector = "spec.signerName=x/y" }, Whole: true, MayNarrow: false),
            Plan(KubernetesWatchMode.Automatic, "edge").Choose(key));
    }

    private static FeedPlan Plan(KubernetesWatchMode mode, string place) =>
        new(new KubernetesSecretSourceOptions { Watch = mode }, new NamespaceList([place], "own"));
}
