namespace SecretProviders.Sds;

/// <summary>
/// Asks a server whether it is there still, for all who want to know. One question is out at a time; whoever wants to know
/// meanwhile shares the next one with all others who do. So thousands of silent streams cost few questions, and yet each has
/// its answer to one that was sent after it wanted to know. Safe for use by any number of threads.
/// </summary>
/// <param name="ask">Asks, and completes with the answer; throws when there is none.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class SharedProbe(Func<Task> ask, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;

    // The one that nobody has sent yet.
    private Task<TimeSpan>? _next;

    /// <summary>Has the server asked from now on.</summary>
    /// <returns>How long its answer took.</returns>
    public Task<TimeSpan> AskAsync()
    {
        lock (_gate)
        {
            if (_next is null)
            {
                _next = SendAsync(_last);
                _last = _next;
            }

            return _next;
        }
    }

    private async Task<TimeSpan> SendAsync(Task before)
    {
        // Never on the thread of who asks: it holds the lock.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_gate)
        {
            _next = null;
        }

        var sent = timeProvider.GetTimestamp();
        await ask().ConfigureAwait(false);
        return timeProvider.GetElapsedTime(sent);
    }
}
