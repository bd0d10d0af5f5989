using System.Collections.Immutable;
using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Kubernetes.Tests.Fake;

namespace SecretProviders.Kubernetes.Tests.Source;

/// <summary>A Gateway that refers to a Secret of another namespace needs a grant there, and loses the Secret with it.</summary>
public abstract class ReferenceGrantTests : ClusterTests
{
    [Fact]
    public async Task Reference_without_a_grant_is_Denied_and_says_what_to_write()
    {
        await Cluster.InstallReferenceGrantsAsync();
        await PutTextAsync("web", "one");

        var denied = await Refer("edge").UntilAsync<SecretState.Denied>();

        Assert.Contains("ReferenceGrant", denied.Remedy, StringComparison.Ordinal);
        Assert.Contains(Cluster.Namespace, denied.Remedy, StringComparison.Ordinal);
        Assert.Contains("edge", denied.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grant_that_comes_and_goes_is_followed_live()
    {
        await Cluster.InstallReferenceGrantsAsync();
        await PutTextAsync("web", "one");
        var web = Refer("edge");
        await web.UntilAsync<SecretState.Denied>();

        await Cluster.PutAsync(FakeResource.ReferenceGrants, "edge", Content.Grant("edge"));
        await web.FoundAsync("one");
        await PutTextAsync("web", "two");
        await web.FoundAsync("two");
        await Cluster.DeleteAsync(FakeResource.ReferenceGrants, "edge");

        Assert.IsNotType<SecretState.Found>(await web.UntilAsync<SecretState>(static state => state is not SecretState.Found));
    }

    [Fact]
    public async Task Revoked_grant_leaves_no_last_good_to_serve()
    {
        await Cluster.InstallReferenceGrantsAsync();
        await PutTextAsync("web", "one");
        await Cluster.PutAsync(FakeResource.ReferenceGrants, "edge", Content.Grant("edge"));
        var web = Refer("edge");
        await web.FoundAsync("one");

        await Cluster.DeleteAsync(FakeResource.ReferenceGrants, "edge");
        var revoked = await web.UntilAsync<SecretState>(static state => state is not SecretState.Found);

        // A Secret that its owner no longer lends must not go on being served for want of another.
        Assert.True(revoked is SecretState.Removed { Reason: RemovalReason.Revoked } || revoked.LastGood is null, $"{revoked} still holds {revoked.LastGood}.");
    }

    [Theory]
    [InlineData("elsewhere", "Gateway", null)]
    [InlineData("edge", "HTTPRoute", null)]
    [InlineData("edge", "Gateway", "other")]
    public async Task Grant_for_somebody_or_something_else_grants_nothing(string from, string kind, string? to)
    {
        await Cluster.InstallReferenceGrantsAsync();
        await PutTextAsync("web", "one");
        await Cluster.PutAsync(FakeResource.ReferenceGrants, "grant", Content.Grant(from, kind, to));

        Assert.IsType<SecretState.Denied>(await Refer("edge").UntilAsync<SecretState>());
    }

    [Fact]
    public async Task Grant_for_one_name_suffices_for_that_name()
    {
        await Cluster.InstallReferenceGrantsAsync();
        await PutTextAsync("web", "one");
        await Cluster.PutAsync(FakeResource.ReferenceGrants, "grant", Content.Grant("edge", toName: "web"));

        await Refer("edge").FoundAsync("one");
    }

    [Fact]
    public async Task Reference_from_the_same_namespace_needs_no_grant()
    {
        await PutTextAsync("web", "one");

        await Refer(Cluster.Namespace).FoundAsync("one");
    }

    private StateRecorder Refer(string from) => CreateSource().Record(new SecretReference($"{Cluster.Namespace}/web")
    {
        Kind = SecretKind.Generic,
        Property = "value",
        Parameters = ImmutableSortedDictionary<string, string>.Empty.Add("fromNamespace", from),
    });

    public sealed class Fake : ReferenceGrantTests
    {
        private FakeApiServer Server => ((FakeCluster)Cluster).Server;

        [Fact]
        public async Task Where_grants_are_not_served_nothing_is_granted_until_they_are()
        {
            await PutTextAsync("web", "one");
            var web = Refer("edge");
            Assert.IsNotType<SecretState.Found>(await web.UntilAsync<SecretState>());

            await Cluster.InstallReferenceGrantsAsync();
            await Cluster.PutAsync(FakeResource.ReferenceGrants, "edge", Content.Grant("edge"));

            await web.FoundAsync("one");
        }

        [Fact]
        public async Task Lost_sight_of_grants_is_no_revocation()
        {
            await Cluster.InstallReferenceGrantsAsync();
            await PutTextAsync("web", "one");
            await Cluster.PutAsync(FakeResource.ReferenceGrants, "edge", Content.Grant("edge"));
            var web = Refer("edge");
            await web.FoundAsync("one");

            Server.Connections.GoDown();
            var outage = await web.UntilAsync<SecretState.Unavailable>();
            Server.Connections.ComeBack();

            Assert.NotNull(outage.LastGood);
            await web.FoundAsync("one");
            web.AssertNeverGone();
        }

        [Fact]
        public async Task Grants_that_are_not_served_for_a_while_are_no_revocation()
        {
            await Cluster.InstallReferenceGrantsAsync();
            await PutTextAsync("web", "one");
            await Cluster.PutAsync(FakeResource.ReferenceGrants, "edge", Content.Grant("edge"));
            var web = Refer("edge");
            await web.FoundAsync("one");

            Server.Served.TryRemove(FakeResource.ReferenceGrants, out _);
            var outage = await web.UntilAsync<SecretState.Unavailable>();
            await Cluster.InstallReferenceGrantsAsync();

            Assert.NotNull(outage.LastGood);
            await web.FoundAsync("one");
            web.AssertNeverGone();
        }

        private protected override Task<TestCluster> StartAsync() => StartFakeAsync();
    }

    [Collection(SharedKubeServer.Collection)]
    public sealed class Real : ReferenceGrantTests
    {
        private protected override Task<TestCluster> StartAsync() => StartRealAsync();
    }
}
