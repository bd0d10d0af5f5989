namespace SecretProviders.Testing;

/// <summary>
/// The one place where real time is looked at: a test that waits for something that never comes ends with a message
/// instead of hanging. No test passes because of it.
/// </summary>
internal static class HangGuard
{
    /// <summary>Long enough for a busy build machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task WaitAsync(Task task, string what, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(limit, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Waited {limit.TotalSeconds:0.#} s in vain for {what}.");
        }
    }

    public static async Task<T> WaitAsync<T>(Task<T> task, string what, TimeSpan limit, CancellationToken cancellationToken)
    {
        await WaitAsync((Task)task, what, limit, cancellationToken).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }
}
