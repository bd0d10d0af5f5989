using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SecretProviders.Tests.Watching;

/// <summary>A hub that writes down what it is told and says what the test wants.</summary>
internal sealed class RecordingHub(TimeProvider timeProvider, ILogger? logger = null)
    : SecretStateHub("recording", Timeout, timeProvider, logger ?? NullLogger.Instance)
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public ConcurrentQueue<string> Calls { get; } = new();

    public Action<SecretReference>? First { get; set; }

    public Action<SecretReference>? Last { get; set; }

    public Func<CancellationToken, Task>? Connection { get; set; }

    public IEnumerable<SecretReference> WatchedNow => Watched;

    public void Say(SecretReference reference, SecretState state) => Publish(reference, state);

    public void SayToAll(SecretState.Unavailable outage) => PublishToAll(outage);

    public bool Watches(SecretReference reference) => IsWatched(reference);

    protected override void OnFirstWatcher(SecretReference reference)
    {
        Calls.Enqueue($"+{reference}");
        First?.Invoke(reference);
    }

    protected override void OnLastWatcher(SecretReference reference)
    {
        Calls.Enqueue($"-{reference}");
        Last?.Invoke(reference);
    }

    protected override Task RunAsync(CancellationToken stopping) => Connection?.Invoke(stopping) ?? base.RunAsync(stopping);

    protected override ValueTask DisposeCoreAsync()
    {
        Calls.Enqueue("disposed");
        return base.DisposeCoreAsync();
    }
}
