namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>Wakes whoever waits for a change, so that nobody sleeps.</summary>
internal sealed class Pulse
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets a task that completes with the next change; take it before looking.</summary>
    public Task Next => _next.Task;

    public void Fire() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">The condition, which only changes before <see cref="Fire"/>.</param>
    /// <param name="what">What is awaited, for the message when it never comes.</param>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var next = Next;
            if (condition())
            {
                return;
            }

            try
            {
                await next.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Waited {Patience} in vain for {what}.");
            }
        }
    }
}
