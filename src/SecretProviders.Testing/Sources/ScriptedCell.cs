using System.Threading.Channels;

namespace SecretProviders.Testing;

/// <summary>What is scripted for one reference, and who watches it. Guarded by the source's gate.</summary>
internal sealed class ScriptedCell
{
    private readonly HashSet<Channel<bool>> _watchers = [];

    private SecretState _state;
    private bool _silent;
    private Exception? _defect;

    /// <summary>Makes a cell that goes on where another one is, or says not found.</summary>
    public ScriptedCell(ScriptedCell? other = null)
    {
        _state = other?._state ?? new SecretState.NotFound();
        _silent = other?._silent ?? false;
        _defect = other?._defect;
    }

    /// <summary>Gets the latest state, or null while the source is silent; throws what the script says.</summary>
    public SecretState? Answer => _defect is not null ? throw _defect : _silent ? null : _state;

    public int LiveWatchers => _watchers.Count;

    public int Watches { get; private set; }

    public Channel<bool> Attach()
    {
        // Room for one wake-up: a reader always takes the latest state, so more would say nothing.
        var wakeUps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        _watchers.Add(wakeUps);
        Watches++;
        wakeUps.Writer.TryWrite(true);
        return wakeUps;
    }

    public void Detach(Channel<bool> wakeUps) => _watchers.Remove(wakeUps);

    public void Set(SecretState state, DateTimeOffset now)
    {
        _state = Carry(_state, state, now);
        _silent = false;
        _defect = null;
        Wake();
    }

    public void FallSilent() => _silent = true;

    public void Throw(Exception defect)
    {
        _defect = defect;
        Wake();
    }

    // The rule of the contract: the last good secret and the time of deletion travel until the next find.
    private static SecretState Carry(SecretState previous, SecretState next, DateTimeOffset now)
    {
        if (next is SecretState.Found)
        {
            return next;
        }

        var lastGood = next.LastGood ?? previous.LastGood;
        if (next is SecretState.NotFound && (lastGood is not null || previous.DeletedAt is not null || previous is SecretState.Removed))
        {
            next = new SecretState.Removed((previous as SecretState.Removed)?.Reason ?? RemovalReason.Deleted);
        }

        return next is SecretState.Removed removed
            ? removed with
            {
                LastGood = removed.Reason == RemovalReason.Deleted ? lastGood : null,
                DeletedAt = removed.DeletedAt ?? previous.DeletedAt ?? now,
            }
            : next with { LastGood = lastGood, DeletedAt = next.DeletedAt ?? previous.DeletedAt };
    }

    private void Wake()
    {
        foreach (var watcher in _watchers)
        {
            watcher.Writer.TryWrite(true);
        }
    }
}
