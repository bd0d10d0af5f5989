namespace SecretProviders.Sds;

/// <summary>
/// Wakes one loop, which calls <see cref="Reset"/> before it looks at what may have changed. Whoever sets it never runs
/// the loop's code, so it may hold a lock.
/// </summary>
internal sealed class WakeSignal
{
    private TaskCompletionSource _next = New();

    /// <summary>Gets what completes when the signal is set.</summary>
    public Task Waiting => Volatile.Read(ref _next).Task;

    public void Set() => Volatile.Read(ref _next).TrySetResult();

    public void Reset()
    {
        if (Waiting.IsCompleted)
        {
            Volatile.Write(ref _next, New());
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
