using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Kubernetes.Tests.Fake;

namespace SecretProviders.Kubernetes.Tests.Source;

/// <summary>What may be read, and what is said when it may not.</summary>
public abstract class PermissionTests : ClusterTests
{
    [Fact]
    public async Task Missing_permission_is_Denied_with_the_rule_to_grant()
    {
        await PutTextAsync("web", "one");

        var denied = await CreateSource(Cluster.LimitedToken).RecordText("web").UntilAsync<SecretState.Denied>();

        Assert.Contains("secrets", denied.Remedy, StringComparison.Ordinal);
        Assert.Contains("list", denied.Remedy, StringComparison.Ordinal);
        Assert.Contains("watch", denied.Remedy, StringComparison.Ordinal);
        Assert.Contains(Cluster.Namespace, denied.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_Secret_is_not_confused_with_a_missing_permission()
    {
        await Cluster.GrantAsync(Secrets);

        Assert.IsType<SecretState.NotFound>(await CreateSource(Cluster.LimitedToken).RecordText("absent").UntilAsync<SecretState>());
    }

    [Fact]
    public async Task Permission_taken_away_while_watching_is_Denied_and_never_a_removal()
    {
        await Cluster.GrantAsync(Secrets);
        await PutTextAsync("web", "one");
        var web = CreateSource(Cluster.LimitedToken).RecordText("web");
        var found = await web.FoundAsync("one");

        await Cluster.RevokeAsync();
        var denied = await web.UntilAsync<SecretState.Denied>();

        Assert.Equal(found, denied.LastGood);
        Assert.Null(denied.DeletedAt);
        web.AssertNeverGone();
    }

    [Fact]
    public async Task Permission_given_back_brings_what_changed_meanwhile()
    {
        await Cluster.GrantAsync(Secrets);
        await PutTextAsync("changed", "one");
        await PutTextAsync("deleted", "one");
        var bed = CreateSource(Cluster.LimitedToken);
        var (changed, deleted) = (bed.RecordText("changed"), bed.RecordText("deleted"));
        await changed.FoundAsync("one");
        await deleted.FoundAsync("one");
        await Cluster.RevokeAsync();
        await changed.UntilAsync<SecretState.Denied>();
        await deleted.UntilAsync<SecretState.Denied>();

        await PutTextAsync("changed", "two");
        await Cluster.DeleteAsync(FakeResource.Secrets, "deleted");
        await Cluster.GrantAsync(Secrets);

        await changed.FoundAsync("two");
        changed.AssertNeverGone();
        Assert.NotNull((await deleted.UntilAsync<SecretState.Removed>()).LastGood);
    }

    [Fact]
    public async Task Permission_for_one_name_suffices_for_that_name()
    {
        await PutTextAsync("web", "one");
        await PutTextAsync("other", "one");
        await Cluster.GrantAsync(new FakeRule("list", "secrets", Name: "web"), new FakeRule("watch", "secrets", Name: "web"));
        var bed = CreateSource(Cluster.LimitedToken);
        var (web, other) = (bed.RecordText("web"), bed.RecordText("other"));

        await web.FoundAsync("one");
        await PutTextAsync("web", "two");

        await web.FoundAsync("two");
        await other.UntilAsync<SecretState.Denied>();
    }

    [Fact]
    public async Task Permission_for_the_whole_namespace_is_taken_up_when_it_comes()
    {
        await PutTextAsync("web", "one");
        await PutTextAsync("other", "one");
        await Cluster.GrantAsync(new FakeRule("list", "secrets", Name: "web"), new FakeRule("watch", "secrets", Name: "web"));
        var bed = CreateSource(Cluster.LimitedToken);
        var (web, other) = (bed.RecordText("web"), bed.RecordText("other"));
        await web.FoundAsync("one");
        await other.UntilAsync<SecretState.Denied>();

        await Cluster.GrantAsync(Secrets);

        await other.FoundAsync("one");
        web.AssertNeverGone();
    }

    [Fact]
    public async Task Denied_Secret_harms_no_other_namespace()
    {
        var other = $"{Cluster.Namespace}-other";
        await Cluster.CreateNamespaceAsync(other);
        await PutTextAsync("web", "one");
        await PutTextAsync("web", "other", other);
        await Cluster.GrantAsync(Secrets);
        var bed = CreateSource(Cluster.LimitedToken, options =>
        {
            options.Namespaces.Add(Cluster.Namespace);
            options.Namespaces.Add(other);
        });

        var (allowed, denied) = (bed.RecordText("web"), bed.RecordText($"{other}/web"));

        await denied.UntilAsync<SecretState.Denied>();
        await allowed.FoundAsync("one");
        await PutTextAsync("web", "two");
        await allowed.FoundAsync("two");
    }

    public sealed class Fake : PermissionTests
    {
        private protected override Task<TestCluster> StartAsync() => StartFakeAsync();
    }

    [Collection(SharedKubeServer.Collection)]
    public sealed class Real : PermissionTests
    {
        private protected override Task<TestCluster> StartAsync() => StartRealAsync();
    }
}
