using System.Collections.Immutable;

namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>What was asked so far, and the watches that are open now.</summary>
internal sealed class FakeTraffic
{
    private readonly Pulse _changed = new();
    private ImmutableList<FakeQuery> _queries = [];
    private ImmutableList<FakeWatch> _watches = [];
    private int _reviews;

    /// <summary>Gets every question that was understood, answered or not, in order.</summary>
    public ImmutableList<FakeQuery> Queries => Volatile.Read(ref _queries);

    /// <summary>Gets the open watches that have told what was there when they began.</summary>
    public ImmutableList<FakeWatch> Watches => Volatile.Read(ref _watches);

    /// <summary>Gets how often somebody asked what they may do.</summary>
    public int Reviews => Volatile.Read(ref _reviews);

    public void Add(FakeQuery query) => Change(() => ImmutableInterlocked.Update(ref _queries, static (list, item) => list.Add(item), query));

    public void AddReview() => Change(() => Interlocked.Increment(ref _reviews));

    public void Open(FakeWatch watch) => Change(() => ImmutableInterlocked.Update(ref _watches, static (list, item) => list.Add(item), watch));

    public void Close(FakeWatch watch) => Change(() => ImmutableInterlocked.Update(ref _watches, static (list, item) => list.Remove(item), watch));

    /// <summary>Waits until the traffic meets a condition.</summary>
    public Task UntilAsync(Func<FakeTraffic, bool> condition, string what) => _changed.UntilAsync(() => condition(this), what);

    /// <summary>Waits for an open watch.</summary>
    public async Task<FakeWatch> WatchAsync(Predicate<FakeQuery>? matches = null)
    {
        FakeWatch? found = null;
        await UntilAsync(traffic => (found = traffic.Watches.Find(watch => matches is null || matches(watch.Query))) is not null, "a watch");
        return found!;
    }

    /// <summary>Ends every open watch as the server does when its time is over.</summary>
    public void EndWatches() => Watches.ForEach(static watch => watch.End());

    /// <summary>Breaks every open watch off.</summary>
    public void ResetWatches() => Watches.ForEach(static watch => watch.Reset());

    private void Change<T>(Func<T> change)
    {
        change();
        _changed.Fire();
    }
}
