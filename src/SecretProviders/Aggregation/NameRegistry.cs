using SecretProviders.Aggregation.Readers;
using SecretProviders.Publishing;
using SecretProviders.Routing;

namespace SecretProviders.Aggregation;

/// <summary>
/// The watched names: when each comes and goes, and what its sources, its routes and time do to it. Every change runs
/// under the gate and sends its news after leaving it.
/// </summary>
internal sealed class NameRegistry : ISlotListener, IDisposable
{
    private readonly AggregateCore _core;
    private readonly WakeQueue _wakes;
    private readonly NamePublisher _publisher;
    private readonly NameRouter _router;
    private readonly IdleNames _idle;
    private readonly SetBackClock _clock;
    private bool _disposed;

    public NameRegistry(AggregateCore core)
    {
        _core = core;
        _wakes = new WakeQueue(core.TimeProvider, OnTick);
        _publisher = new NamePublisher(core, _wakes);
        _router = new NameRouter(core, _publisher, this);
        _idle = new IdleNames(core, _publisher.Schedule);
        _clock = new SetBackClock(core.TimeProvider);
        Applied = new AppliedWaits(core);
    }

    public AppliedWaits Applied { get; }

    public void ReplaceRoutes(RouteTable routes) => Change(batch =>
    {
        _core.Routes = routes;
        // Who has a place keeps one before others get theirs, and nobody counts on the old routes any more.
        var entries = _core.Entries.Values.OrderBy(static entry => entry.IsOverLimit).ToArray();
        Array.ForEach(entries, _router.GiveUpPlace);
        foreach (var entry in entries)
        {
            entry.CarriedSince = entry.Snapshot.Secret is null ? null : entry.CarriedSince ?? _core.Now;
            _router.Route(entry, name => Hold(name, batch), Unhold);
        }

        foreach (var entry in entries)
        {
            _publisher.Decide(entry, batch);
        }
    });

    public void OnState(SlotWatch watch, SecretState state) => Change((Registry: this, watch, state), static (change, batch) =>
    {
        var (registry, watch, state) = change;
        var entry = watch.Entry;
        var place = entry.Watches.IndexOf(watch);
        if (place >= 0)
        {
            registry._core.Metrics.State(watch.Reference.SourceName, state);
            registry._publisher.Take(entry, place, state, batch);
            registry._idle.Changed(entry);
        }
    });

    public void OnDefect(SlotWatch watch, string defect, bool isNew)
    {
        if (isNew)
        {
            AggregateLog.SourceDefect(_core.Logger, watch.Reference.SourceName, watch.Reference.Reference, defect);
        }

        Change(batch =>
        {
            var place = watch.Entry.Watches.IndexOf(watch);
            if (place >= 0)
            {
                var last = watch.Entry.Slots[place].State;
                var outage = new SecretState.Unavailable($"the source has a defect: {defect}") { LastGood = last?.LastGood, DeletedAt = last?.DeletedAt };
                _publisher.Take(watch.Entry, place, outage, batch);
            }
        });
    }

    /// <summary>Lets nothing change any more, and begins to end all watches.</summary>
    public void Dispose() => Change(batch =>
    {
        _disposed = true;
        foreach (var entry in _core.Entries.Values.ToArray())
        {
            batch.Release(entry.Waiters);
            entry.Waiters.Clear();
            _router.Stop(entry);
            entry.IsRemoved = true;
        }

        Applied.End();
        _wakes.Dispose();
    });

    /// <summary>Returns, after disposal, when the watches of a source are over.</summary>
    public Task StoppedAsync(string source) => _router.StoppedAsync(source);

    private void OnTick() => Change(batch =>
    {
        // All that is due now, once: what is scheduled again meanwhile waits for the next tick, however soon.
        var due = new List<NameEntry>();
        while (_wakes.TakeDue(_core.Now) is { } entry)
        {
            due.Add(entry);
        }

        WakeAll(due, batch);
    });

    private void Wake(NameEntry entry, PublishBatch batch)
    {
        try
        {
            if (_idle.IsOver(entry))
            {
                Remove(entry, batch);
                return;
            }

            _publisher.Decide(entry, batch);
            _idle.Changed(entry);
        }
        catch (Exception exception)
        {
            // On a timer's thread: one name's misfortune must not end the process, or the time of all others.
            AggregateLog.DecisionFailed(_core.Logger, entry.Name, exception);
        }
    }

    // All of them at once: each wait has its new end before any of them is over.
    private void SetBack(TimeSpan by, PublishBatch batch)
    {
        var entries = _core.Entries.Values.ToArray();
        Array.ForEach(entries, entry => entry.SetBack(by));
        WakeAll(entries, batch);
    }

    private void WakeAll(IEnumerable<NameEntry> entries, PublishBatch batch)
    {
        foreach (var entry in entries.Where(static entry => !entry.IsRemoved))
        {
            Wake(entry, batch);
        }
    }

    /// <summary>Runs one change under the gate and sends its news afterwards; false when all is over.</summary>
    public bool Change(Action<PublishBatch> change) => Change(change, static (change, batch) => change(batch));

    private bool Change<TState>(TState state, Action<TState, PublishBatch> change)
    {
        var batch = new PublishBatch();
        try
        {
            return ChangeLocked(state, change, batch);
        }
        finally
        {
            // Also after an exception: what was published is published.
            batch.Signal();
        }
    }

    private bool ChangeLocked<TState>(TState state, Action<TState, PublishBatch> change, PublishBatch batch)
    {
        lock (_core.Gate)
        {
            if (_disposed)
            {
                return false;
            }

            if (_clock.Take() is { } by)
            {
                SetBack(by, batch);
            }

            change(state, batch);
            while (_idle.TakeExcess() is { } excess)
            {
                Remove(excess, batch);
            }

            if (batch.HasChanges)
            {
                _core.Revision++;
            }

            return true;
        }
    }

    /// <summary>Returns a watched name, watching it from now on if nobody did.</summary>
    public NameEntry Acquire(string name, PublishBatch batch)
    {
        if (_core.Entries.TryGetValue(name, out var entry))
        {
            return entry;
        }

        entry = new NameEntry(name);
        _core.Entries[name] = entry;
        _core.Metrics.Names(1);
        _router.Route(entry, other => Hold(other, batch), Unhold);
        _publisher.Decide(entry, batch);
        return entry;
    }

    /// <summary>Lets a name go idle, or calls it back, by whether it is wanted.</summary>
    public void Settle(NameEntry entry) => _idle.Settle(entry);

    /// <summary>Renews the time of a name that nobody wants any longer than this moment.</summary>
    public void Touch(NameEntry entry) => _idle.Touch(entry);

    private void Hold(string name, PublishBatch batch)
    {
        var entry = Acquire(name, batch);
        entry.Holds++;
        _idle.Settle(entry);
    }

    private void Unhold(NameEntry entry)
    {
        entry.Holds--;
        _idle.Settle(entry);
    }

    private void Remove(NameEntry entry, PublishBatch batch)
    {
        entry.IsRemoved = true;
        _core.Entries.TryRemove(entry.Name, out _);
        _core.Metrics.Names(-1);
        _wakes.Schedule(entry, null);
        _router.Unroute(entry, Unhold);
        Admit(batch);
    }

    // A released name makes room on its route for one that was turned away.
    private void Admit(PublishBatch batch)
    {
        foreach (var waiting in _router.TurnedAway.Where(_router.HasRoom))
        {
            _router.Route(waiting, name => Hold(name, batch), Unhold);
            _publisher.Decide(waiting, batch);
        }
    }
}
