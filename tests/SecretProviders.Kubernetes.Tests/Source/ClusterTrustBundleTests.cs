using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Kubernetes.Tests.Fake;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.Source;

/// <summary>Trust that belongs to the whole cluster; the real server of the tests is older than that.</summary>
public sealed class ClusterTrustBundleTests : ClusterTests
{
    private FakeApiServer Server => ((FakeCluster)Cluster).Server;

    [Fact]
    public async Task Bundle_is_found_by_its_name_and_followed()
    {
        using var next = new TestCertificateAuthority("Next CA");
        await PutBundleAsync("roots", signer: null, Authority);
        var roots = CreateSource().Record(new SecretReference("clustertrustbundle://roots"));
        await roots.FoundAsync(Authority.Trust);

        await PutBundleAsync("roots", signer: null, next);
        await roots.FoundAsync(next.Trust);
        await Cluster.DeleteAsync(FakeResource.ClusterTrustBundles, "roots");

        await roots.UntilAsync<SecretState.Removed>();
    }

    [Fact]
    public async Task Bundles_of_a_signer_are_one_trust()
    {
        using var other = new TestCertificateAuthority("Other CA");
        using var stranger = new TestCertificateAuthority("Stranger CA");
        await PutBundleAsync("example.com:edge:one", "example.com/edge", Authority);
        await PutBundleAsync("example.com:other:one", "example.com/other", stranger);
        var signer = CreateSource().Record(new SecretReference("clustertrustbundle-signer://example.com/edge"));
        await signer.FoundAsync(Authority.Trust);

        await PutBundleAsync("example.com:edge:two", "example.com/edge", other);
        await signer.UntilAsync<SecretState.Found>(found => AnchorsOf(found).SetEquals([Authority.Certificate, other.Certificate]));
        await Cluster.DeleteAsync(FakeResource.ClusterTrustBundles, "example.com:edge:one");

        await signer.FoundAsync(other.Trust);
    }

    [Fact]
    public async Task Server_that_does_not_serve_bundles_is_no_proof_that_there_is_none()
    {
        Server.Served.TryRemove(FakeResource.ClusterTrustBundles, out _);

        var state = await CreateSource().Record(new SecretReference("clustertrustbundle://roots")).UntilAsync<SecretState>();

        Assert.IsType<SecretState.Unavailable>(state);
    }

    [Fact]
    public async Task Bundle_that_holds_no_certificate_is_Invalid()
    {
        await Cluster.PutAsync(FakeResource.ClusterTrustBundles, "roots", new JsonObject { ["spec"] = new JsonObject { ["trustBundle"] = "no certificate" } });

        await CreateSource().Record(new SecretReference("clustertrustbundle://roots")).UntilAsync<SecretState.Invalid>();
    }

    private protected override Task<TestCluster> StartAsync() => StartFakeAsync();

    private static HashSet<EncodedCertificate> AnchorsOf(SecretState.Found found) => [.. Assert.IsType<ValidationContext>(found.Secret).TrustAnchors];

    private Task PutBundleAsync(string name, string? signer, TestCertificateAuthority authority)
    {
        var spec = new JsonObject { ["trustBundle"] = Encoding.ASCII.GetString(authority.Issue().TrustPem) };
        if (signer is not null)
        {
            spec["signerName"] = signer;
        }

        return Cluster.PutAsync(FakeResource.ClusterTrustBundles, name, new JsonObject { ["spec"] = spec });
    }
}
