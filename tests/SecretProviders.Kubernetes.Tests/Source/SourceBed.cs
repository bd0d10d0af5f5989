using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.Source;

/// <summary>A source over a cluster as a user would configure it, on real time, and what was seen of it.</summary>
internal sealed class SourceBed : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("secretproviders-");
    private readonly List<StateRecorder> _recorders = [];

    /// <summary>Makes a source.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="configure">Sets options beside the kubeconfig.</param>
    /// <param name="token">Whose token the kubeconfig has; null for the limited user's.</param>
    public SourceBed(TestCluster cluster, Action<KubernetesSecretSourceOptions>? configure = null, string? token = null)
    {
        Cluster = cluster;
        Kubeconfig = Path.Combine(_folder.FullName, "kubeconfig");
        cluster.WriteKubeconfig(Kubeconfig, token ?? cluster.LimitedToken);

        // A busy machine is no outage; what tests are about comes sooner than by itself.
        var options = new KubernetesSecretSourceOptions { Kubeconfig = Kubeconfig, Timeout = TimeSpan.FromSeconds(60), Recheck = TimeSpan.FromSeconds(1) };
        configure?.Invoke(options);
        Source = TestSource.Create(options, TimeProvider.System, Logs);
    }

    public TestCluster Cluster { get; }

    public string Kubeconfig { get; }

    /// <summary>Gets a folder that goes with the source.</summary>
    public string Folder => _folder.FullName;

    public LogCollector Logs { get; } = new();

    public ISecretSource Source { get; }

    /// <summary>Begins to watch a secret, and to keep what is said of it.</summary>
    /// <param name="key">Its key; without a slash, a name in the test's namespace.</param>
    /// <param name="kind">The kind, or null for what the fields say.</param>
    public StateRecorder Record(string key, SecretKind? kind = null) => Record(new SecretReference(Full(key)) { Kind = kind });

    /// <summary>Begins to watch one field as a text.</summary>
    public StateRecorder RecordText(string key, string field = "value") => Record(new SecretReference(Full(key)) { Kind = SecretKind.Generic, Property = field });

    public StateRecorder Record(SecretReference reference)
    {
        var recorder = new StateRecorder(Source, reference);
        _recorders.Add(recorder);
        return recorder;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var recorder in _recorders)
        {
            await recorder.DisposeAsync();
        }

        await Source.DisposeAsync();
        Logs.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Full(string key) => key.Contains('/', StringComparison.Ordinal) ? key : $"{Cluster.Namespace}/{key}";
}
