using SecretProviders.Kubernetes.Watching;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.Watching;

/// <summary>Tells the timer of a pause from those that end a list or a watch, which may still run when the next question is known.</summary>
internal static class PausingClock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(1);

    // With a recheck of a minute and no jitter: a silent list, a silent stream, and the ends of watches.
    private static readonly TimeSpan[] Others =
        [WatchSettings.LateList, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(65)];

    public static async Task WhenPausingAsync(this ManualTimeProvider clock, Func<bool>? orThat = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (clock.ActiveDelays.All(Others.Contains) && orThat?.Invoke() != true)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"Nobody pauses: {string.Join(", ", clock.ActiveDelays)}");
            await Task.Delay(Glance, TestContext.Current.CancellationToken);
        }
    }
}
