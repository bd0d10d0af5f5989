using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Kubernetes.Tests.Fake;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.Source;

/// <summary>A test that has a cluster, the fake or a real one, and makes sources over it.</summary>
public abstract class ClusterTests : IAsyncLifetime
{
    private readonly List<SourceBed> _beds = [];

    private protected TestCluster Cluster { get; private set; } = null!;

    private protected TestCertificateAuthority Authority { get; } = new();

    /// <summary>What a source needs that watches the Secrets of one namespace.</summary>
    private protected static FakeRule[] Secrets => [new("list", "secrets"), new("watch", "secrets")];

    public async ValueTask InitializeAsync() => Cluster = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        // A later one may use files in the folder of an earlier one.
        foreach (var bed in Enumerable.Reverse(_beds))
        {
            await bed.DisposeAsync();
        }

        Authority.Dispose();
        await Cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<TestCluster> StartAsync();

    private protected static async Task<TestCluster> StartFakeAsync() => await FakeCluster.StartAsync();

    private protected static async Task<TestCluster> StartRealAsync() => await KubeCluster.CreateAsync(await SharedKubeServer.GetAsync());

    /// <summary>Makes a source that may do everything.</summary>
    private protected SourceBed CreateSource(Action<KubernetesSecretSourceOptions>? configure = null) => CreateSource(Cluster.AdminToken, configure);

    private protected SourceBed CreateSource(string token, Action<KubernetesSecretSourceOptions>? configure = null)
    {
        var bed = new SourceBed(Cluster, configure, token);
        _beds.Add(bed);
        return bed;
    }

    private protected Task PutTextAsync(string name, string value, string? ns = null) =>
        Cluster.PutAsync(FakeResource.Secrets, name, Content.Opaque(("value", value)), ns);

    private protected Task PutAsync(string name, TestCertificate certificate, bool withTrust = false) =>
        Cluster.PutAsync(FakeResource.Secrets, name, Content.Tls(certificate, withTrust));
}
