[assembly: AssemblyFixture(typeof(SecretProviders.Kubernetes.Tests.Clusters.SharedKubeServer))]

namespace SecretProviders.Kubernetes.Tests.Clusters;

/// <summary>The one real server of this program: started by the first test that needs it, stopped after the last.</summary>
public sealed class SharedKubeServer : IAsyncLifetime
{
    /// <summary>Tests of one collection run one after the other: some of them kill the server.</summary>
    public const string Collection = "kube-apiserver";

    private static readonly Lazy<Task<KubeServer>> Server = new(KubeServer.StartAsync);

    internal static Task<KubeServer> GetAsync() => Server.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Server.IsValueCreated)
        {
            await (await Server.Value).DisposeAsync();
        }
    }
}
