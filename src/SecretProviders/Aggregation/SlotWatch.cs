using SecretProviders.Routing;
using SecretProviders.Watching;

namespace SecretProviders.Aggregation;

/// <summary>Watches one reference of one name for as long as the name is wanted, and restarts a source that has a defect.</summary>
internal sealed class SlotWatch(SlotReference reference, NameEntry entry, ISlotListener listener, TimeProvider timeProvider) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    public SlotReference Reference { get; } = reference;

    public NameEntry Entry { get; } = entry;

    public void Start() => _loop = Detached.Run(RunAsync);

    /// <summary>Begins to stop at once; the task ends when the loop is over.</summary>
    public async ValueTask DisposeAsync()
    {
        // What hears of the cancellation is the source's code.
        await _stopping.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var pause = FirstPause;
        string? told = null;
        while (!_stopping.IsCancellationRequested)
        {
            var defect = await WatchAsync(() => (pause, told) = (FirstPause, null)).ConfigureAwait(false);
            if (defect is null)
            {
                return;
            }

            // The same defect on every restart is one event.
            Tell(defect, isNew: defect != told);
            told = defect;
            await Task.Delay(pause, timeProvider, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private void Tell(string defect, bool isNew)
    {
        try
        {
            listener.OnDefect(this, defect, isNew);
        }
        catch (Exception)
        {
            // What a decision throws must not be the end of the watch.
        }
    }

    /// <summary>Follows the stream; returns null when stopped, else what a sound source never does.</summary>
    private async Task<string?> WatchAsync(Action onState)
    {
        try
        {
            await foreach (var state in Reference.Source.WatchAsync(Reference.Reference, _stopping.Token).ConfigureAwait(false))
            {
                onState();
                listener.OnState(this, state);
            }

            return _stopping.IsCancellationRequested ? null : "its stream ended, which a source's stream never does";
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception)
        {
            // Only the type: the message of a defective source may hold anything, also what it read.
            return $"it threw {exception.GetType().Name}, which a source never does";
        }
    }
}
