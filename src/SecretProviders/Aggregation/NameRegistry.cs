using SecretProviders.Publishing;
using SecretProviders.Routing;

namespace SecretProviders.Aggregation;

/// <summary>
/// The watched names and who wants them: subscriptions, waiting readers and other names. Every change runs under the
/// gate and sends its news after leaving it.
/// </summary>
internal sealed class NameRegistry : ISlotListener, IAsyncDisposable
{
    private readonly AggregateCore _core;
    private readonly WakeQueue _wakes;
    private readonly NamePublisher _publisher;
    private readonly NameRouter _router;
    private readonly IdleNames _idle;
    private readonly ConsumerLimits _limits;
    private readonly HashSet<Subscription> _subscriptions = [];
    private bool _disposed;

    public NameRegistry(AggregateCore core)
    {
        _core = core;
        _wakes = new WakeQueue(core.TimeProvider, OnTick);
        _publisher = new NamePublisher(core, _wakes);
        _router = new NameRouter(core, _publisher, this);
        _idle = new IdleNames(core, _publisher.Schedule);
        _limits = new ConsumerLimits(core.Options.NamesPerConsumer);
        Applied = new AppliedWaits(core);
    }

    public AppliedWaits Applied { get; }

    public Subscription Subscribe(SecretConsumer consumer, IReadOnlyCollection<string> names, bool isLimited = true)
    {
        var subscription = new Subscription(this, consumer) { IsLimited = isLimited };
        var added = ConsumerLimits.Distinct(names);
        _limits.CheckOne(subscription, added.Count);
        try
        {
            var isOpen = Change(batch =>
            {
                _subscriptions.Add(subscription);
                _core.Metrics.Subscriptions(1);
                UpdateLocked(subscription, added, [], batch);
            });
            ObjectDisposedException.ThrowIf(!isOpen, typeof(AggregateProvider));
            return subscription;
        }
        catch
        {
            Release(subscription);
            throw;
        }
    }

    public void Update(Subscription subscription, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove)
    {
        // A flood of names is turned away before it gets near the gate that everybody shares.
        var added = ConsumerLimits.Distinct(add);
        _limits.CheckOne(subscription, added.Count);
        Change(batch => UpdateLocked(subscription, added, remove, batch));
    }

    private void UpdateLocked(Subscription subscription, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, PublishBatch batch)
    {
        if (!_subscriptions.Contains(subscription))
        {
            return;
        }

        _limits.Exchange(subscription, add, remove);
        batch.HasMoves = true;
        foreach (var name in remove)
        {
            Drop(subscription, name);
        }

        foreach (var name in add)
        {
            var entry = Acquire(name, batch);
            if (subscription.Add(entry) is { } member)
            {
                entry.Members.Add(member);
            }

            _idle.Settle(entry);
        }

        batch.Touch(subscription);
    }

    /// <summary>Ends a subscription's hold on its names.</summary>
    public void Release(Subscription subscription) => Change(batch =>
    {
        if (_subscriptions.Remove(subscription))
        {
            batch.HasMoves = true;
            _core.Metrics.Subscriptions(-1);
            _limits.Exchange(subscription, [], subscription.Names);
            foreach (var name in subscription.Names)
            {
                Drop(subscription, name);
            }
        }
    });

    public void Report(Subscription subscription, string name, SecretVersion version, SecretOutcome outcome, string? detail)
    {
        if (subscription.Find(name) is not { } member)
        {
            return;
        }

        _core.Metrics.Report(outcome);
        if (outcome == SecretOutcome.Applied)
        {
            // Every push comes back so: the gate that all share is entered only for somebody who waits.
            member.Applied = version;
            if (Applied.HasWaits)
            {
                Change(batch => Applied.CheckAll(batch));
            }

            return;
        }

        Reject(member, version, detail);
    }

    private void Reject(Membership member, SecretVersion version, string? detail) => Change(batch =>
    {
        // A consumer that refuses one version again and again, or comes back to do so, is one event.
        var consumer = member.Subscription.Consumer.Id;
        if (member.Entry.Rejections.IsNews(consumer, version))
        {
            AggregateLog.Rejected(_core.Logger, consumer, version.Abbreviated, member.Entry.Name, detail ?? "no reason given");
        }

        (member.Rejected, member.Detail) = (version, detail);
        Applied.Check(member.Entry, batch);
    });

    /// <summary>Waits until a name is decided, making it wanted meanwhile.</summary>
    public async ValueTask<SecretSnapshot> GetAsync(string name, CancellationToken cancellationToken)
    {
        if (_core.Routes.Match(name) is null)
        {
            return new SecretSnapshot(name, SecretStatus.Absent) { Problem = Unrouted.Problem(name, _core.Routes) };
        }

        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        NameEntry? entry = null;
        var isOpen = Change(batch =>
        {
            entry = Acquire(name, batch);
            if (entry.Snapshot.Status == SecretStatus.Pending)
            {
                entry.Waiters.Add(waiter);
            }
            else
            {
                waiter.SetResult();
            }

            _idle.Touch(entry);
        });
        ObjectDisposedException.ThrowIf(!isOpen, typeof(AggregateProvider));
        try
        {
            await waiter.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return entry!.Snapshot;
        }
        finally
        {
            Change(_ =>
            {
                entry!.Waiters.Remove(waiter);
                _idle.Settle(entry);
            });
        }
    }

    public void ReplaceRoutes(RouteTable routes) => Change(batch =>
    {
        _core.Routes = routes;
        // Who has a place keeps one before others get theirs, and nobody counts on the old routes any more.
        var entries = _core.Entries.Values.OrderBy(static entry => entry.IsOverLimit).ToArray();
        Array.ForEach(entries, _router.GiveUpPlace);
        foreach (var entry in entries)
        {
            entry.IsCarried = entry.Snapshot.Secret is not null;
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

    public async ValueTask DisposeAsync()
    {
        Subscription[] subscriptions = [];
        Change(batch =>
        {
            _disposed = true;
            subscriptions = [.. _subscriptions];
            _subscriptions.Clear();
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
        Array.ForEach(subscriptions, static subscription => subscription.End());
        await _router.StopAsync().ConfigureAwait(false);
    }

    private void OnTick() => Change(batch =>
    {
        // All that is due now, once: what is scheduled again meanwhile waits for the next tick, however soon.
        var due = new List<NameEntry>();
        while (_wakes.TakeDue(_core.Now) is { } entry)
        {
            due.Add(entry);
        }

        foreach (var entry in due.Where(static entry => !entry.IsRemoved))
        {
            Wake(entry, batch);
        }
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

    /// <summary>Runs one change under the gate and sends its news afterwards; false when all is over.</summary>
    private bool Change(Action<PublishBatch> change) => Change(change, static (change, batch) => change(batch));

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

            change(state, batch);
            while (_idle.TakeExcess() is { } excess)
            {
                Remove(excess, batch);
            }

            if (batch.HasChanges)
            {
                _core.Revision++;
            }

            // Not only news reaches a quorum: so does the departure of the last reader that lagged.
            if (batch.HasChanges || batch.HasMoves)
            {
                Applied.CheckAll(batch);
            }

            return true;
        }
    }

    private NameEntry Acquire(string name, PublishBatch batch)
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

    private void Drop(Subscription subscription, string name)
    {
        if (subscription.Remove(name) is { } member)
        {
            member.Entry.Members.Remove(member);
            _idle.Settle(member.Entry);
        }
    }

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
