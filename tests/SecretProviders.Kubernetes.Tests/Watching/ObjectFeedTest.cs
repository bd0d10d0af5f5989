using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Permissions;
using SecretProviders.Kubernetes.Watching;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.Watching;

/// <summary>A feed on a manual clock, over a server that plays a script.</summary>
public abstract class ObjectFeedTest : IAsyncDisposable
{
    private readonly List<ObjectFeed> _feeds = [];

    protected ObjectFeedTest() => Settings =
        new WatchSettings(Client, new AccessProver(Client), TimeSpan.FromMinutes(1), Clock, Logs.CreateLogger("feed")) { NextRandom = static () => 0.5, StreamsLists = false };

    protected ManualTimeProvider Clock { get; } = new();

    protected LogCollector Logs { get; } = new();

    private protected ScriptedClient Client { get; } = new();

    private protected WatchSettings Settings { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var feed in _feeds)
        {
            await feed.DisposeAsync();
        }

        Client.Dispose();
        Logs.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static WatchedObject Web(string name = "web") => new(new ObjectKey(ApiResource.Secrets, "edge", name));

    private protected static async Task HeardAsync(WatchedObject watched, Action act)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Listener() => heard.TrySetResult();
        watched.Subscribe(Listener);
        act();
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    private protected static async Task DeniedAsync(WatchedObject watched, Action act)
    {
        await HeardAsync(watched, act);
        Assert.IsType<SecretState.Denied>(watched.View.Outage);
    }

    private protected ObjectFeed Feed(bool mayNarrow) => Feed(new ObjectSelection(ApiResource.Secrets, "edge"), mayNarrow);

    private protected ObjectFeed Feed(ObjectSelection selection, bool mayNarrow)
    {
        var feed = new ObjectFeed(Settings, selection, whole: false, mayNarrow);
        _feeds.Add(feed);
        return feed;
    }
}
