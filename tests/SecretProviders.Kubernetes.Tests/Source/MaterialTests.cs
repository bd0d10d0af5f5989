using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Kubernetes.Tests.Fake;

namespace SecretProviders.Kubernetes.Tests.Source;

/// <summary>What the objects of a cluster become, and that a broken one harms only itself.</summary>
public abstract class MaterialTests : ClusterTests
{
    [Fact]
    public async Task Secret_of_cert_manager_brings_its_trust()
    {
        var issued = Authority.Issue("web.example");
        await PutAsync("web", issued, withTrust: true);

        var found = await CreateSource().Record("web").FoundAsync(issued.Secret);

        Assert.Equal(issued.Trust, found.Trust);
        Assert.Equal($"{Cluster.Namespace}/web", found.Origin?.Location);
    }

    [Fact]
    public async Task Opaque_Secret_with_the_names_of_Istio_is_a_certificate()
    {
        var issued = Authority.Issue("web.example");
        await Cluster.PutAsync(FakeResource.Secrets, "web", Content.Secret(
            "Opaque", ("cert", issued.CertificatePem), ("key", issued.PrivateKeyPem), ("cacert", issued.TrustPem)));

        Assert.Equal(issued.Trust, (await CreateSource().Record("web").FoundAsync(issued.Secret)).Trust);
    }

    [Fact]
    public async Task Companion_name_is_the_trust_beside_the_certificate()
    {
        var issued = Authority.Issue("web.example");
        await PutAsync("web", issued, withTrust: true);

        await CreateSource().Record("web-cacert").FoundAsync(issued.Trust);
    }

    [Fact]
    public async Task Secret_of_the_companion_name_comes_first()
    {
        using var other = new SecretProviders.Testing.TestCertificateAuthority("Other CA");
        await PutAsync("web", Authority.Issue("web.example"), withTrust: true);
        var trust = CreateSource().Record("web-cacert");
        await trust.FoundAsync(Authority.Trust);

        await Cluster.PutAsync(FakeResource.Secrets, "web-cacert", Content.Secret("Opaque", ("cacert", other.Issue().TrustPem)));
        await trust.FoundAsync(other.Trust);
        await Cluster.DeleteAsync(FakeResource.Secrets, "web-cacert");

        await trust.FoundAsync(Authority.Trust);
        trust.AssertNeverGone();
    }

    [Theory]
    [InlineData("ca.crt")]
    [InlineData("ca-bundle.crt")]
    public async Task ConfigMap_holds_trust(string field)
    {
        await Cluster.PutAsync(FakeResource.ConfigMaps, "roots", Content.ConfigMap((field, Encoding.ASCII.GetString(Authority.Issue().TrustPem))));
        var roots = CreateSource().Record($"configmap://{Cluster.Namespace}/roots");
        await roots.FoundAsync(Authority.Trust);

        using var other = new SecretProviders.Testing.TestCertificateAuthority("Other CA");
        await Cluster.PutAsync(FakeResource.ConfigMaps, "roots", Content.ConfigMap((field, Encoding.ASCII.GetString(other.Issue().TrustPem))));

        await roots.FoundAsync(other.Trust);
    }

    [Fact]
    public async Task Key_of_another_certificate_is_Invalid_and_the_last_good_stays()
    {
        var (sound, other) = (Authority.Issue("web.example"), Authority.Issue("web.example"));
        await PutAsync("web", sound);
        var bed = CreateSource();
        var (web, bystander) = (bed.Record("web"), bed.Record("bystander"));
        var found = await web.FoundAsync(sound.Secret);

        await PutAsync("web", sound.WithKeyOf(other));
        var invalid = await web.UntilAsync<SecretState.Invalid>();
        await PutAsync("bystander", other);

        Assert.Equal((SecretProblemCode.KeyMismatch, found), (invalid.Problem.Code, invalid.LastGood));
        await bystander.FoundAsync(other.Secret);
        await PutAsync("web", other);
        await web.FoundAsync(other.Secret);
        web.AssertNeverGone();
    }

    [Fact]
    public async Task Secret_of_one_MiB_arrives_whole_and_again_when_it_changes()
    {
        var large = CreateSource().Record(new SecretReference($"{Cluster.Namespace}/large") { Kind = SecretKind.Generic, Property = "value" });
        foreach (var letter in "ab")
        {
            var text = new string(letter, 1024 * 1024);
            await PutTextAsync("large", text);
            await large.FoundAsync(text);
        }
    }

    [Fact]
    public async Task Immutable_Secret_that_is_made_anew_is_read_anew()
    {
        await Cluster.PutAsync(FakeResource.Secrets, "web", Immutable("one"));
        var web = CreateSource().RecordText("web");
        await web.FoundAsync("one");

        await Cluster.DeleteAsync(FakeResource.Secrets, "web");
        await Cluster.PutAsync(FakeResource.Secrets, "web", Immutable("two"));

        await web.FoundAsync("two");
    }

    [Fact]
    public async Task Releases_of_Helm_are_no_secrets()
    {
        await Cluster.PutAsync(FakeResource.Secrets, "release", Content.Secret("helm.sh/release.v1", ("value", [1])));

        Assert.IsType<SecretState.NotFound>(await CreateSource().RecordText("release").UntilAsync<SecretState>());
    }

    [Fact]
    public async Task Label_decides_what_is_a_secret()
    {
        await Cluster.PutAsync(FakeResource.Secrets, "web", Content.Opaque(("value", "one")), null, ("serve", "yes"));
        await PutTextAsync("other", "one");
        var bed = CreateSource(static options => options.LabelSelector = "serve=yes");
        var (web, other) = (bed.RecordText("web"), bed.RecordText("other"));
        await web.FoundAsync("one");
        Assert.IsType<SecretState.NotFound>(await other.UntilAsync<SecretState>());

        await PutTextAsync("web", "one");
        await Cluster.PutAsync(FakeResource.Secrets, "other", Content.Opaque(("value", "one")), null, ("serve", "yes"));

        await web.UntilAsync<SecretState.Removed>();
        await other.FoundAsync("one");
    }

    [Theory]
    [InlineData(KubernetesWatchMode.Shared)]
    [InlineData(KubernetesWatchMode.MetadataFirst)]
    [InlineData(KubernetesWatchMode.Named)]
    public async Task Every_mode_sees_the_whole_life_of_a_Secret(KubernetesWatchMode mode)
    {
        var web = CreateSource(options => options.Watch = mode).RecordText("web");
        await web.UntilAsync<SecretState.NotFound>();

        await PutTextAsync("web", "one");
        await web.FoundAsync("one");
        await PutTextAsync("web", "two");
        await web.FoundAsync("two");
        await Cluster.DeleteAsync(FakeResource.Secrets, "web");
        await web.UntilAsync<SecretState.Removed>();
        await PutTextAsync("web", "three");
        await web.FoundAsync("three");
    }

    [Fact]
    public async Task Source_for_all_namespaces_finds_what_lies_in_any()
    {
        var other = $"{Cluster.Namespace}-other";
        await Cluster.CreateNamespaceAsync(other);
        await PutTextAsync("web", "one", other);

        await CreateSource(static options => options.Namespaces.Add(KubernetesSecretSourceOptions.AllNamespaces)).RecordText($"{other}/web").FoundAsync("one");
    }

    private static JsonObject Immutable(string value)
    {
        var content = Content.Opaque(("value", value));
        content["immutable"] = true;
        return content;
    }

    public sealed class Fake : MaterialTests
    {
        private protected override Task<TestCluster> StartAsync() => StartFakeAsync();
    }

    [Collection(SharedKubeServer.Collection)]
    public sealed class Real : MaterialTests
    {
        private protected override Task<TestCluster> StartAsync() => StartRealAsync();
    }
}
