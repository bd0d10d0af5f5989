using SecretProviders.Publishing;

namespace SecretProviders.Aggregation.Readers;

/// <summary>Who waits until consumers use a version. Guarded by the aggregate's gate.</summary>
internal sealed class AppliedWaits(AggregateCore core)
{
    private const double Tolerance = 1e-6;

    private readonly Dictionary<string, List<Wait>> _waits = new(StringComparer.Ordinal);
    private int _open;
    private bool _isOver;

    /// <summary>
    /// Gets a value indicating whether somebody waits; read without the gate, right after a report was noted. Either
    /// that reader sees the wait, or the wait's first look sees the report: each writes first and reads then.
    /// </summary>
    public bool HasWaits => Interlocked.CompareExchange(ref _open, 0, 0) != 0;

    /// <summary>Begins to wait; the task ends when the quorum is reached.</summary>
    public TaskCompletionSource Begin(string name, SecretVersion version, double quorum)
    {
        var wait = new Wait(new VersionTally(version), quorum, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (core.Gate)
        {
            if (_isOver)
            {
                Fail(wait);
                return wait.Done;
            }

            Interlocked.Increment(ref _open);
            core.Entries.GetValueOrDefault(name)?.Members.ForEach(wait.Tally.Join);
            if (wait.IsReached)
            {
                wait.Done.SetResult();
                Interlocked.Decrement(ref _open);
            }
            else if (_waits.TryGetValue(name, out var others))
            {
                others.Add(wait);
            }
            else
            {
                _waits[name] = [wait];
            }
        }

        return wait.Done;
    }

    public void Forget(string name, TaskCompletionSource done)
    {
        lock (core.Gate)
        {
            if (_waits.TryGetValue(name, out var waits))
            {
                Interlocked.Add(ref _open, -waits.RemoveAll(wait => wait.Done == done));
                DropEmpty(name, waits);
            }
        }
    }

    public void Joined(Membership member, PublishBatch batch) => Tell(member, batch, static (tally, member) => tally.Join(member));

    public void Left(Membership member, PublishBatch batch) => Tell(member, batch, static (tally, member) => tally.Leave(member));

    public void Reported(Membership member, PublishBatch batch) => Tell(member, batch, static (tally, member) => tally.Look(member));

    /// <summary>Ends every wait, and those to come: whether the quorum would have been reached is not known.</summary>
    public void End()
    {
        _isOver = true;
        foreach (var wait in _waits.Values.SelectMany(static waits => waits))
        {
            Fail(wait);
        }

        _waits.Clear();
        Interlocked.Exchange(ref _open, 0);
    }

    private static void Fail(Wait wait) => wait.Done.TrySetException(new ObjectDisposedException(nameof(AggregateProvider)));

    private void Tell(Membership member, PublishBatch batch, Action<VersionTally, Membership> tell)
    {
        if (!_waits.TryGetValue(member.Entry.Name, out var waits))
        {
            return;
        }

        for (var index = waits.Count - 1; index >= 0; index--)
        {
            var wait = waits[index];
            tell(wait.Tally, member);
            if (wait.IsReached)
            {
                batch.Release([wait.Done]);
                waits.RemoveAt(index);
                Interlocked.Decrement(ref _open);
            }
        }

        DropEmpty(member.Entry.Name, waits);
    }

    private void DropEmpty(string name, List<Wait> waits)
    {
        if (waits.Count == 0)
        {
            _waits.Remove(name);
        }
    }

    private sealed record Wait(VersionTally Tally, double Quorum, TaskCompletionSource Done)
    {
        // A share such as 0.07 has no exact double: 100 * 0.07 is a little above 7.
        public bool IsReached => Tally.Applied >= (Tally.Live * Quorum) - Tolerance;
    }
}
