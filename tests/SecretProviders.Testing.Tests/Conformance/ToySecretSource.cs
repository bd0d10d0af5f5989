using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SecretProviders.Testing.Tests.Conformance;

/// <summary>The smallest source on the hub: a real one, with a time-out per question.</summary>
internal sealed class ToySecretSource(ToyStore store, TimeProvider timeProvider, ILoggerFactory logs)
    : SecretStateHub("toy", Patience, timeProvider, logs.CreateLogger("toy"))
{
    private readonly ConcurrentDictionary<SecretReference, Action> _callbacks = new();
    private readonly CancellationTokenSource _stopping = new();

    public static TimeSpan Patience => TimeSpan.FromSeconds(5);

    /// <summary>Asks again for everything that is watched, as a source does that checks its connection.</summary>
    public void LookAgain()
    {
        foreach (var reference in Watched)
        {
            _ = AskAsync(reference);
        }
    }

    protected override void OnFirstWatcher(SecretReference reference)
    {
        Action changed = () => _ = AskAsync(reference);
        _callbacks[reference] = changed;
        store.Watch(reference, changed);
        _ = AskAsync(reference);
    }

    protected override void OnLastWatcher(SecretReference reference)
    {
        if (_callbacks.TryRemove(reference, out var changed))
        {
            store.Release(reference, changed);
        }
    }

    protected override async ValueTask DisposeCoreAsync()
    {
        await _stopping.CancelAsync();
        await base.DisposeCoreAsync();
    }

    private async Task AskAsync(SecretReference reference)
    {
        var answer = store.ReadAsync(reference);
        try
        {
            Publish(reference, answer.IsCompleted ? await answer : await answer.WaitAsync(Patience, TimeProvider, _stopping.Token));
        }
        catch (TimeoutException)
        {
            Publish(reference, new SecretState.Unavailable("toy: no answer"));
        }
        catch (OperationCanceledException)
        {
            // Disposed while the store was silent.
        }
    }
}
