namespace SecretProviders.Watching;

/// <summary>
/// The latest state of one reference and the watchers that wait for the next. A cell is its own lock (a lock object
/// for each of 100,000 would cost more than its fields); nothing is called and nobody is woken while it is held.
/// </summary>
internal sealed class StateCell(SecretReference reference)
{
    private SecretState? _state;
    private StateWatch? _parked;
    private int _watchers;
    private int _acquisition;
    private bool _acquired;
    private bool _settling;
    private bool _closed;

    public SecretReference Reference => reference;

    public bool IsWatched => Volatile.Read(ref _watchers) > 0;

    public SecretState? State => Volatile.Read(ref _state);

    /// <summary>Counts a watcher in, unless the cell was retired or closed meanwhile.</summary>
    public bool TryEnter()
    {
        lock (this)
        {
            if (_closed)
            {
                return false;
            }

            _watchers++;
            return true;
        }
    }

    /// <summary>Sees whether there is a state that the watch has not seen; if not, parks it until there is.</summary>
    /// <param name="watch">The watch whose consumer asks for the next state.</param>
    public StateWatch.Step Next(StateWatch watch)
    {
        lock (this)
        {
            if (_closed || watch.Ended)
            {
                return StateWatch.Step.End;
            }

            if (watch.TryTake(_state))
            {
                return StateWatch.Step.Item;
            }

            watch.Park();
            watch.Next = _parked;
            if (_parked is not null)
            {
                _parked.Previous = watch;
            }

            _parked = watch;
            return StateWatch.Step.Wait;
        }
    }

    /// <summary>Counts a watcher out.</summary>
    /// <param name="watch">The watch that ends.</param>
    /// <param name="parked">Whether its consumer waits and must be woken by the caller.</param>
    /// <returns>Whether the watch was still running.</returns>
    public bool TryLeave(StateWatch watch, out bool parked)
    {
        lock (this)
        {
            parked = false;
            if (watch.Ended || _closed)
            {
                return false;
            }

            watch.Ended = true;
            _watchers--;
            parked = watch.Parked;
            if (parked)
            {
                UnlinkLocked(watch);
            }

            return true;
        }
    }

    /// <summary>Makes a state the latest, unless it says nothing new or nobody watches.</summary>
    /// <param name="said">What the store said.</param>
    /// <param name="now">The present instant.</param>
    /// <param name="outages">By how much the number of unavailable cells changes.</param>
    /// <returns>The watches that waited, to be woken by the caller.</returns>
    public StateWatch? Set(SecretState said, DateTimeOffset now, out int outages)
    {
        lock (this)
        {
            outages = 0;
            if (_watchers == 0 || _closed)
            {
                return null;
            }

            var next = SecretStateSequence.Next(_state, said, now);
            if (next.Equals(_state))
            {
                return null;
            }

            outages = CountOutage(next) - CountOutage(_state);
            _state = next;
            return TakeParkedLocked(next);
        }
    }

    /// <summary>
    /// Says what the source must be told now. Acquiring and releasing alternate and never overlap: whoever is told to
    /// do one calls <see cref="EndTransition"/> and asks again, since watchers may have come or gone meanwhile.
    /// </summary>
    /// <param name="acquisition">The number of the acquisition.</param>
    /// <param name="outages">By how much the number of unavailable cells changes.</param>
    public Transition BeginTransition(out int acquisition, out int outages)
    {
        lock (this)
        {
            outages = 0;
            acquisition = _acquisition;
            if (_settling || (_acquired && _watchers > 0))
            {
                return Transition.None;
            }

            if (_watchers == 0 && !_acquired)
            {
                return Transition.Retire;
            }

            _settling = true;
            if (!_acquired)
            {
                acquisition = ++_acquisition;
                return Transition.Acquire;
            }

            outages = -CountOutage(_state);
            _state = null;
            return Transition.Release;
        }
    }

    public void EndTransition()
    {
        lock (this)
        {
            _settling = false;
            _acquired = !_acquired;
        }
    }

    /// <summary>Says whether an acquisition has still no answer.</summary>
    public bool IsUnanswered(int acquisition)
    {
        lock (this)
        {
            return _watchers > 0 && _state is null && _acquisition == acquisition;
        }
    }

    /// <summary>Ends the cell, if no watcher came meanwhile; true for one caller only, since another cell may follow it.</summary>
    public bool TryRetire()
    {
        lock (this)
        {
            if (_closed || _watchers > 0 || _acquired || _settling)
            {
                return false;
            }

            _closed = true;
            return true;
        }
    }

    /// <summary>Ends the cell and every watch of it.</summary>
    /// <returns>The watches that waited, to be ended by the caller.</returns>
    public StateWatch? Close()
    {
        lock (this)
        {
            _closed = true;
            _watchers = 0;
            return TakeParkedLocked(_state);
        }
    }

    private static int CountOutage(SecretState? state) => state is SecretState.Unavailable ? 1 : 0;

    private StateWatch? TakeParkedLocked(SecretState? state)
    {
        var first = _parked;
        _parked = null;
        for (var watch = first; watch is not null; watch = watch.Next)
        {
            watch.Unpark(state);
            watch.Previous = null;
        }

        return first;
    }

    private void UnlinkLocked(StateWatch watch)
    {
        watch.Unpark(watch.Seen);
        if (watch.Previous is null)
        {
            _parked = watch.Next;
        }
        else
        {
            watch.Previous.Next = watch.Next;
        }

        if (watch.Next is not null)
        {
            watch.Next.Previous = watch.Previous;
        }

        watch.Next = null;
        watch.Previous = null;
    }

    internal enum Transition
    {
        None,
        Acquire,
        Release,
        Retire,
    }
}
