using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Watching;

/// <summary>
/// Turns what lists and watches say into what is known of watched objects. Within a list nothing is removed; at its
/// end, what was not in it is gone. Called by one watch at a time; objects come and go on any thread.
/// </summary>
internal abstract class ObjectTracker
{
    private static long _lastEpoch;

    private readonly Lock _gate = new();
    private readonly HashSet<WatchedObject> _watched = [];
    private SecretState? _outage;
    private TaskCompletionSource _round = NewRound();

    /// <summary>Gets what completes when the store has answered for everything, or could not.</summary>
    public Task Round => Volatile.Read(ref _round).Task;

    /// <summary>Gets what is watched.</summary>
    public WatchedObject[] Watched
    {
        get
        {
            lock (_gate)
            {
                return [.. _watched];
            }
        }
    }

    /// <summary>Gets or sets a value indicating whether the server has ever listed what is followed.</summary>
    public bool WasListed { get; set; }

    /// <summary>Begins to keep an object up to date.</summary>
    /// <returns>Whether it is the first.</returns>
    public bool Add(WatchedObject watched)
    {
        SecretState? outage;
        bool first;
        lock (_gate)
        {
            first = _watched.Count == 0;
            _watched.Add(watched);
            outage = _outage;
        }

        if (outage is not null)
        {
            watched.Lose(outage);
        }

        OnAdded(watched);
        return first;
    }

    /// <summary>Gives an object up.</summary>
    /// <returns>Whether none is left.</returns>
    public bool Remove(WatchedObject watched)
    {
        lock (_gate)
        {
            _watched.Remove(watched);
            OnRemoved(watched);
            return _watched.Count == 0;
        }
    }

    /// <summary>A list of everything begins.</summary>
    public abstract void Begin();

    /// <summary>An object is there, changed or went.</summary>
    /// <param name="type">Which.</param>
    /// <param name="item">The object.</param>
    /// <param name="metadata">Its metadata.</param>
    public abstract void See(WatchEventType type, RawObject item, ObjectMetadata metadata);

    /// <summary>The list is complete.</summary>
    /// <param name="version">The version at which it is so.</param>
    public abstract void End(string version);

    /// <summary>The list that began has brought nothing yet, and who waits for it has waited for long enough.</summary>
    public virtual void Late()
    {
    }

    /// <summary>The store cannot be asked.</summary>
    public void Lose(SecretState outage)
    {
        WatchedObject[] all;
        lock (_gate)
        {
            _outage = outage;
            all = [.. _watched];
        }

        foreach (var watched in all)
        {
            watched.Lose(outage);
        }

        EndRound();
    }

    /// <summary>The store answers again, and what is known is true.</summary>
    public void Regain()
    {
        WatchedObject[] all;
        lock (_gate)
        {
            if (_outage is null)
            {
                return;
            }

            _outage = null;
            all = [.. _watched];
        }

        foreach (var watched in all)
        {
            watched.Regain();
        }
    }

    /// <summary>Says that the store has answered, or could not.</summary>
    public void EndRound() => Interlocked.Exchange(ref _round, NewRound()).TrySetResult();

    protected static long NewEpoch() => Interlocked.Increment(ref _lastEpoch);

    /// <summary>Leaves it to others to say whether the store answers.</summary>
    public void HandOver()
    {
        lock (_gate)
        {
            _outage = null;
        }

        OnHandedOver();
        EndRound();
    }

    protected SecretState? Outage
    {
        get
        {
            lock (_gate)
            {
                return _outage;
            }
        }
    }

    private static TaskCompletionSource NewRound() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected abstract void OnAdded(WatchedObject watched);

    protected abstract void OnRemoved(WatchedObject watched);

    /// <summary>From here on nothing is heard until the next list: what was heard says nothing to who comes meanwhile.</summary>
    protected virtual void OnHandedOver()
    {
    }
}
