using SecretProviders.Publishing;

namespace SecretProviders.Aggregation.Readers;

/// <summary>Who waits until consumers use a version. Guarded by the aggregate's gate.</summary>
internal sealed class AppliedWaits(AggregateCore core)
{
    private const double Tolerance = 1e-6;

    private readonly List<Wait> _waits = [];
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
        var wait = new Wait(name, version, quorum, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (core.Gate)
        {
            if (_isOver)
            {
                Fail(wait);
                return wait.Done;
            }

            Interlocked.Increment(ref _open);
            if (IsReached(wait))
            {
                wait.Done.SetResult();
                Interlocked.Decrement(ref _open);
            }
            else
            {
                _waits.Add(wait);
            }
        }

        return wait.Done;
    }

    public void Forget(TaskCompletionSource done)
    {
        lock (core.Gate)
        {
            Interlocked.Add(ref _open, -_waits.RemoveAll(wait => wait.Done == done));
        }
    }

    public void Check(NameEntry entry, PublishBatch batch) => CheckWhere(entry.Name, batch);

    public void CheckAll(PublishBatch batch) => CheckWhere(name: null, batch);

    /// <summary>Ends every wait, and those to come: whether the quorum would have been reached is not known.</summary>
    public void End()
    {
        _isOver = true;
        _waits.ForEach(Fail);
        _waits.Clear();
        Interlocked.Exchange(ref _open, 0);
    }

    private static void Fail(Wait wait) => wait.Done.TrySetException(new ObjectDisposedException(nameof(AggregateProvider)));

    private void CheckWhere(string? name, PublishBatch batch)
    {
        for (var index = _waits.Count - 1; index >= 0; index--)
        {
            if ((name is null || _waits[index].Name == name) && IsReached(_waits[index]))
            {
                batch.Release([_waits[index].Done]);
                _waits.RemoveAt(index);
                Interlocked.Decrement(ref _open);
            }
        }
    }

    private bool IsReached(Wait wait)
    {
        var count = core.Entries.TryGetValue(wait.Name, out var entry) ? VersionCount.Of(entry, wait.Version) : default;

        // A share such as 0.07 has no exact double: 100 * 0.07 is a little above 7.
        return count.Applied >= (count.Live * wait.Quorum) - Tolerance;
    }

    private sealed record Wait(string Name, SecretVersion Version, double Quorum, TaskCompletionSource Done);
}
