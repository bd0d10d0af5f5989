using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;
using SecretProviders.Kubernetes.Permissions;
using SecretProviders.Kubernetes.Watching;
using SecretProviders.Testing;
using static SecretProviders.Kubernetes.Tests.Watching.ScriptedClient;

namespace SecretProviders.Kubernetes.Tests.Watching;

public sealed class SingleReadsTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedClient _client = new();
    private readonly WatchedObject _web = new(new ObjectKey(ApiResource.Secrets, "edge", "web"));
    private readonly NamedTracker _tracker = new(new ObjectSelection(ApiResource.Secrets, "edge"), static _ => { });
    private readonly SingleReads _reads;

    public SingleReadsTests()
    {
        var settings = new WatchSettings(_client, new AccessProver(_client), TimeSpan.FromMinutes(1), _clock, NullLogger.Instance) { NextRandom = static () => 0.5 };
        _reads = new SingleReads(settings, new ObjectSelection(ApiResource.Secrets, "edge"));
        _web.Subscribe(static () => { });
        _tracker.Add(_web);
        _tracker.List("9");
    }

    public async ValueTask DisposeAsync()
    {
        await _reads.DisposeAsync();
        _client.Dispose();
    }

    [Fact]
    public async Task Read_that_fails_after_another_feed_has_told_is_no_outage()
    {
        _client.Then((_, _) =>
        {
            // The whole was handed over to a feed of this name, which listed it while the read was under way.
            _web.Learn([new KubernetesObject(new ObjectMetadata("edge", "web", "uid-web", "10", false))], "10", long.MaxValue);
            throw new ApiException(500, null, "scripted");
        });

        _reads.Start(_web, _tracker);
        await _client.WhenAskedAsync(1);
        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);

        Assert.Equal("10", _web.Told());
    }

    [Fact]
    public async Task Read_that_fails_is_an_outage_until_one_succeeds()
    {
        _client.Then(Refuse(500), Page("10", "web"));
        _reads.Start(_web, _tracker);
        await _client.WhenAskedAsync(1);
        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal("lost", _web.Told());
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _web.Subscribe(() => _ = _web.Told() == "10" && found.TrySetResult());

        _clock.Advance(TimeSpan.FromSeconds(1));

        await found.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }
}
