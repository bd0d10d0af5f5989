using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Testing;
using SecretProviders.Watching;

namespace SecretProviders.Tests.Watching;

/// <summary>Files that do not answer, as on a network file system whose server has gone.</summary>
public sealed class FileWatcherPatienceTests
{
    private const int HeldUp = 12;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Files_that_do_not_answer_do_not_hold_up_the_others()
    {
        using var server = new ManualResetEventSlim();
        using var watcher = new FileWatcher(_clock, NullLogger.Instance, TimeSpan.FromDays(1), new DeafNotifier());
        for (var number = 0; number < HeldUp; number++)
        {
            watcher.Watch([$"/dead/{number}"], () => server.Wait(HangLimit));
        }

        var read = new TaskCompletionSource();
        watcher.Watch(["/alive"], () => read.TrySetResult());

        await AdvanceUntilAsync(read.Task);
        server.Set();
    }

    [Fact]
    public void Watcher_that_is_disposed_while_it_waits_has_no_timer()
    {
        using var server = new ManualResetEventSlim();
        var watcher = new FileWatcher(_clock, NullLogger.Instance, TimeSpan.FromDays(1), new DeafNotifier());
        for (var number = 0; number < HeldUp; number++)
        {
            watcher.Watch([$"/dead/{number}"], () => server.Wait(HangLimit));
        }

        watcher.Dispose();
        _clock.Advance(Step);

        Assert.Equal(0, _clock.ActiveTimers);
        server.Set();
    }

    private async Task AdvanceUntilAsync(Task task)
    {
        using var hang = new CancellationTokenSource(HangLimit);
        while (!task.IsCompleted)
        {
            hang.Token.ThrowIfCancellationRequested();
            _clock.Advance(Step);
            await Task.Yield();
        }
    }
}
