using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;
using SecretProviders.Kubernetes.Permissions;
using SecretProviders.Kubernetes.Watching;
using SecretProviders.Testing;
using static SecretProviders.Kubernetes.Tests.Watching.ScriptedClient;

namespace SecretProviders.Kubernetes.Tests.Watching;

public sealed class ObjectReadsTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedClient _client = new();
    private readonly WatchedObject _web = new(new ObjectKey(ApiResource.Secrets, "edge", "web"));
    private readonly NamedTracker _tracker = new(new ObjectSelection(ApiResource.Secrets, "edge"), static _ => { });
    private readonly WatchSettings _settings;
    private readonly ObjectReads _reads;

    public ObjectReadsTests()
    {
        _settings = new WatchSettings(_client, new AccessProver(_client), TimeSpan.FromMinutes(1), _clock, NullLogger.Instance) { NextRandom = static () => 0.5 };
        _reads = new ObjectReads(_settings, new ObjectSelection(ApiResource.Secrets, "edge"));
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

        _reads.Start([_web], _tracker);
        await _client.WhenAskedAsync(1);
        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);

        Assert.Equal("10", _web.Told());
    }

    [Fact]
    public async Task Read_that_fails_is_an_outage_until_one_succeeds()
    {
        _client.Then(Refuse(500), Page("10", "web"));
        _reads.Start([_web], _tracker);
        await _client.WhenAskedAsync(1);
        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal("lost", _web.Told());
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _web.Subscribe(() => _ = _web.Told() == "10" && found.TrySetResult());

        _clock.Advance(TimeSpan.FromSeconds(1));

        await found.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Few_are_read_each_for_itself()
    {
        var few = Watch(2);
        _client.Then(Page("10", "n-0"), Page("10", "n-1"));

        await HeardAsync(few, () => _reads.Start(few, _tracker));

        Assert.Equal(["list n-0", "list n-1"], _client.Asked.Order());
    }

    [Fact]
    public async Task What_is_not_selected_is_not_read_by_its_name_either()
    {
        var selection = new ObjectSelection(ApiResource.Secrets, "edge") { LabelSelector = "team=edge", FieldSelector = "type!=helm.sh/release.v1", MetadataOnly = true };
        await using var reads = new ObjectReads(_settings, selection);
        var one = Watch(1);
        _client.Then(Page("10", "n-0"));

        await HeardAsync(one, () => reads.Start(one, _tracker));

        Assert.Equal([selection with { Name = "n-0", MetadataOnly = false }], _client.Listed);
    }

    [Fact]
    public async Task Many_are_read_by_one_list_of_all()
    {
        var many = Watch(100);
        _client.Then(PageOf("10", "more", many.Take(50).Select(Name)), Page("10", many.Skip(50).Take(49).Select(Name)));

        await HeardAsync(many, () => _reads.Start(many, _tracker));

        Assert.Equal(["list all paged", "list all paged after more"], _client.Asked);
        Assert.All(many.Take(99), static watched => Assert.Equal("10", watched.Told()));
        Assert.Equal("absent", many[99].Told());
    }

    [Fact]
    public async Task Who_comes_while_the_list_of_all_runs_comes_with_it_or_after_it()
    {
        var (many, early, late) = (Watch(40), Watch(1, "early"), Watch(1, "late"));
        _client.Then(
            (question, _) =>
            {
                question.Item("late-0", "10");
                _reads.Start([.. early, .. late], _tracker);
                foreach (var watched in many)
                {
                    question.Item(Name(watched), "10");
                }

                question.Item("early-0", "10");
                question.Result = new ListPage("10", null);
                return Task.CompletedTask;
            },
            Page("11", "late-0"));

        await HeardAsync([.. many, .. early, .. late], () => _reads.Start(many, _tracker));

        Assert.Equal(["list all paged", "list late-0"], _client.Asked);
        Assert.Equal(("10", "11"), (early[0].Told(), late[0].Told()));
    }

    [Fact]
    public async Task Many_are_read_singly_when_the_list_of_all_is_refused()
    {
        var many = Watch(40);
        _client.Then(Refuse(403));
        _client.Then(many.Select(static _ => AnyPage));

        await HeardAsync(many, () => _reads.Start(many, _tracker));

        Assert.Equal("list all paged", _client.Asked.First());
        Assert.Equal(many.Select(static watched => $"list {Name(watched)}").Order(), _client.Asked.Skip(1).Order());
        Assert.All(many, static watched => Assert.Equal("absent", watched.Told()));
    }

    [Fact]
    public async Task Many_are_read_singly_when_the_list_of_all_is_late()
    {
        var many = Watch(40);
        _client.Then((_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
        _client.Then(many.Select(static _ => AnyPage));
        _reads.Start(many, _tracker);
        await _client.WhenAskedAsync(1);

        await HeardAsync(many, () => _clock.Advance(WatchSettings.LateList));

        Assert.Equal(41, _client.Asked.Count);
    }

    [Fact]
    public async Task Single_reads_are_a_few_at_a_time()
    {
        var (under, most) = (0, 0);
        var some = Watch(30);
        _client.Then(some.Select(_ => new Answer(async (question, _) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref under));
            await Task.Yield();
            Interlocked.Decrement(ref under);
            question.Result = new ListPage("10", null);
        })));

        await HeardAsync(some, () => _reads.Start(some, _tracker));

        Assert.InRange(most, 1, 16);
    }

    [Fact]
    public async Task Beside_a_list_that_is_under_way_no_other_is_begun()
    {
        var many = Watch(40);
        _tracker.Begin();
        _client.Then(many.Select(static _ => AnyPage));

        await HeardAsync(many, () => _reads.Start(many, _tracker));

        Assert.DoesNotContain("list all paged", _client.Asked);
    }

    [Fact]
    public async Task Where_metadata_suffices_no_list_brings_the_content_of_all()
    {
        var many = Watch(40);
        await using var reads = new ObjectReads(_settings, new ObjectSelection(ApiResource.Secrets, "edge") { MetadataOnly = true });
        _client.Then(many.Select(static _ => AnyPage));

        await HeardAsync(many, () => reads.Start(many, _tracker));

        Assert.DoesNotContain("list all paged", _client.Asked);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen; seen = Interlocked.CompareExchange(ref most, value, seen))
        {
        }
    }

    private static Answer AnyPage => Page("10");

    private static string Name(WatchedObject watched) => watched.Key.Name!;

    private static WatchedObject[] Watch(int count, string prefix = "n") =>
        [.. Enumerable.Range(0, count).Select(number => new WatchedObject(new ObjectKey(ApiResource.Secrets, "edge", $"{prefix}-{number}")))];

    /// <summary>Acts, and waits until something is known of each.</summary>
    private static async Task HeardAsync(IReadOnlyCollection<WatchedObject> all, Action act)
    {
        var left = all.Count;
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var watched in all)
        {
            watched.Subscribe(() => _ = watched.View.IsKnown && Interlocked.Decrement(ref left) == 0 && heard.TrySetResult());
        }

        act();
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }
}
