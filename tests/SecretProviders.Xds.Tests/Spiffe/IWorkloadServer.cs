using SecretProviders.Xds.Protos.Workload;

namespace SecretProviders.Xds.Tests.Spiffe;

/// <summary>A Workload API on a Unix socket that a test drives. What is changed has been taken in when the task completes.</summary>
internal interface IWorkloadServer : IAsyncDisposable
{
    /// <summary>The method that streams SVIDs.</summary>
    const string Svids = "FetchX509SVID";

    /// <summary>The method that streams bundles.</summary>
    const string Bundles = "FetchX509Bundles";

    /// <summary>Gets the socket as clients name it.</summary>
    string Socket { get; }

    /// <summary>Listens; also again after <see cref="KillAsync"/>.</summary>
    Task StartAsync();

    /// <summary>Ends at once, without a word to anybody.</summary>
    Task KillAsync();

    /// <summary>Sends this to all streams, and to each new one.</summary>
    Task ServeAsync(X509SVIDResponse svids, X509BundlesResponse bundles);

    /// <summary>Ends all streams and each new one with a status, until it is null.</summary>
    Task FailAsync(GrpcStatusCode? status);

    /// <summary>Ends all streams, and takes new ones without a word until a status is set.</summary>
    Task SilenceAsync();

    /// <summary>Gets the number of streams that are open now.</summary>
    int Open(string method);

    /// <summary>Gets the number of streams that ever were asked for.</summary>
    int Calls(string method);
}
