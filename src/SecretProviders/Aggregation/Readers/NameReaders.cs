using SecretProviders.Publishing;

namespace SecretProviders.Aggregation.Readers;

/// <summary>Who wants names, by a subscription or while waiting for one decision, and what consumers say of what they were given.</summary>
internal sealed class NameReaders
{
    private readonly AggregateCore _core;
    private readonly NameRegistry _names;
    private readonly ConsumerLimits _limits;
    private readonly HashSet<Subscription> _subscriptions = [];

    public NameReaders(AggregateCore core, NameRegistry names)
    {
        _core = core;
        _names = names;
        _limits = new ConsumerLimits(core.Options.NamesPerConsumer);
    }

    public Subscription Subscribe(SecretConsumer consumer, IReadOnlyCollection<string> names, bool isLimited = true)
    {
        var subscription = new Subscription(this, consumer) { IsLimited = isLimited };
        var added = ConsumerLimits.Distinct(names);
        _limits.CheckOne(subscription, added.Count);
        try
        {
            var isOpen = _names.Change(batch =>
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
        _names.Change(batch => UpdateLocked(subscription, added, remove, batch));
    }

    private void UpdateLocked(Subscription subscription, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, PublishBatch batch)
    {
        if (!_subscriptions.Contains(subscription))
        {
            return;
        }

        _limits.Exchange(subscription, add, remove);
        foreach (var name in remove)
        {
            Drop(subscription, name, batch);
        }

        foreach (var name in add)
        {
            var entry = _names.Acquire(name, batch);
            if (subscription.Add(entry) is { } member)
            {
                entry.Members.Add(member);
                _names.Applied.Joined(member, batch);
            }

            _names.Settle(entry);
        }

        batch.Touch(subscription);
    }

    /// <summary>Ends a subscription's hold on its names.</summary>
    public void Release(Subscription subscription) => _names.Change(batch =>
    {
        if (_subscriptions.Remove(subscription))
        {
            _core.Metrics.Subscriptions(-1);
            _limits.Exchange(subscription, [], subscription.Names);
            foreach (var name in subscription.Names)
            {
                Drop(subscription, name, batch);
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
            if (_names.Applied.HasWaits)
            {
                TellWaits(member);
            }

            return;
        }

        Reject(member, version, detail);
    }

    private void TellWaits(Membership member) => _names.Change(batch => _names.Applied.Reported(member, batch));

    private void Reject(Membership member, SecretVersion version, string? detail) => _names.Change(_ =>
    {
        // A consumer that refuses one version again and again, or comes back to do so, is one event.
        var consumer = member.Subscription.Consumer.Id;
        if (member.Entry.Rejections.IsNews(consumer, version))
        {
            AggregateLog.Rejected(_core.Logger, consumer, version.Abbreviated, member.Entry.Name, detail ?? "no reason given");
        }

        (member.Rejected, member.Detail) = (version, detail);
    });

    /// <summary>Waits until a name is decided, making it wanted meanwhile.</summary>
    public async ValueTask<SecretSnapshot> GetAsync(string name, CancellationToken cancellationToken)
    {
        if (_core.Routes.Match(name) is null)
        {
            return new SecretSnapshot(name, SecretStatus.Absent) { Problem = Unrouted.Problem(name) };
        }

        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        NameEntry? entry = null;
        var isOpen = _names.Change(batch =>
        {
            entry = _names.Acquire(name, batch);
            if (entry.Snapshot.Status == SecretStatus.Pending)
            {
                entry.Waiters.Add(waiter);
            }
            else
            {
                waiter.SetResult();
            }

            _names.Touch(entry);
        });
        ObjectDisposedException.ThrowIf(!isOpen, typeof(AggregateProvider));
        try
        {
            await waiter.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return entry!.Snapshot;
        }
        finally
        {
            _names.Change(_ =>
            {
                entry!.Waiters.Remove(waiter);
                _names.Settle(entry);
            });
        }
    }

    /// <summary>Lets every reader finish. Called when the names are closed, so that nobody subscribes any more.</summary>
    public void End()
    {
        Subscription[] subscriptions;
        lock (_core.Gate)
        {
            subscriptions = [.. _subscriptions];
            _subscriptions.Clear();
        }

        Array.ForEach(subscriptions, static subscription => subscription.End());
    }

    private void Drop(Subscription subscription, string name, PublishBatch batch)
    {
        if (subscription.Remove(name) is { } member)
        {
            member.Entry.Members.Remove(member);
            _names.Applied.Left(member, batch);
            _names.Settle(member.Entry);
        }
    }
}
