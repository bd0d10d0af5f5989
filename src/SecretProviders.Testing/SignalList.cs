namespace SecretProviders.Testing;

/// <summary>Lets tests wait for a condition that somebody else makes true, woken at each change and without sleeping.</summary>
internal sealed class SignalList
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = New();

    /// <summary>Wakes all who wait, so that they look again. Call it after the change, outside the lock that guards it.</summary>
    public void Pulse()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            changed = _changed;
            _changed = New();
        }

        changed.TrySetResult();
    }

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">The condition; called without any lock.</param>
    /// <param name="what">What is awaited, for the message of the time-out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitAsync(Func<bool> condition, string what, CancellationToken cancellationToken) =>
        HangGuard.WaitAsync(LoopAsync(condition), what, HangGuard.Limit, cancellationToken);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task LoopAsync(Func<bool> condition)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            // Looked at after the signal was taken, so a change in between is not missed.
            if (condition())
            {
                return;
            }

            await changed.ConfigureAwait(false);
        }
    }
}
