using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Testing;

namespace SecretProviders.Benchmarks;

/// <summary>What does a watch of a hub cost, with its consumer's <c>await foreach</c>, and what an update of all?</summary>
internal static class HubBenchmark
{
    private const int Watches = 100_000;
    private const int WarmUpdates = 20;
    private const int Updates = 10;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync()
    {
        Console.WriteLine($"{Watches.ToString("N0", CultureInfo.InvariantCulture)} watches of one hub, each with its await foreach");
        Console.WriteLine("references | cancelled by    | bytes per watch | of them references | bytes per update of all | ms per update of all");
        foreach (var own in (bool[])[true, false])
        {
            await MeasureAsync(own, "nothing", static () => CancellationToken.None);
            using var shared = new CancellationTokenSource();
            await MeasureAsync(own, "a shared token", () => shared.Token);
        }

        return 0;
    }

    private static async Task MeasureAsync(bool own, string cancelledBy, Func<CancellationToken> token)
    {
        var clock = new ManualTimeProvider();
        var hub = new Hub(clock);
        using var counter = new Counter();
        var empty = LiveBytes();
        var references = new SecretReference[own ? Watches : 1];
        for (var i = 0; i < references.Length; i++)
        {
            references[i] = new SecretReference(string.Create(CultureInfo.InvariantCulture, $"edge/cert-{i}"));
        }

        var named = LiveBytes();
        for (var i = 0; i < Watches; i++)
        {
            _ = counter.CountAsync(hub.WatchAsync(references[i % references.Length], token()));
        }

        // The queue of deadlines is gone once their time is over; what stays is what a watch costs.
        clock.Advance(Timeout);
        var watched = LiveBytes();
        var (allocated, elapsed) = Update(hub, references, counter);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(own ? "own" : "one"),-10} | {cancelledBy,-15} | {(watched - empty) / (double)Watches,15:F0} | {(named - empty) / (double)Watches,18:F0} | {allocated,23:N0} | {elapsed.TotalMilliseconds,8:F1}"));
        await hub.DisposeAsync();
        GC.KeepAlive(references);
    }

    private static long LiveBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static (long Allocated, TimeSpan Elapsed) Update(Hub hub, SecretReference[] references, Counter counter)
    {
        var states = Enumerable.Range(0, WarmUpdates + Updates).Select(Hub.Found).ToArray();
        long before = 0;
        long start = 0;
        for (var i = 0; i < states.Length; i++)
        {
            if (i == WarmUpdates)
            {
                before = GC.GetTotalAllocatedBytes(precise: true);
                start = TimeProvider.System.GetTimestamp();
            }

            counter.Expect(Watches);
            hub.Say(references, states[i]);
            counter.Wait();
        }

        var elapsed = TimeProvider.System.GetElapsedTime(start);
        return ((GC.GetTotalAllocatedBytes(precise: true) - before) / Updates, elapsed / Updates);
    }

    private sealed class Hub(TimeProvider timeProvider) : SecretStateHub("benchmark", Timeout, timeProvider, NullLogger.Instance)
    {
        private static readonly SecretState.Found First = Found(-1);

        public static SecretState.Found Found(int number) => new(new GenericSecret(SensitiveBytes.Copy(BitConverter.GetBytes(number))));

        public void Say(SecretReference[] references, SecretState state)
        {
            foreach (var reference in references)
            {
                Publish(reference, state);
            }
        }

        protected override void OnFirstWatcher(SecretReference reference) => Publish(reference, First);
    }

    private sealed class Counter : IDisposable
    {
        private readonly ManualResetEventSlim _all = new();
        private int _left = int.MaxValue;

        public async Task CountAsync(IAsyncEnumerable<SecretState> states)
        {
            await foreach (var state in states.ConfigureAwait(false))
            {
                GC.KeepAlive(state);
                if (Interlocked.Decrement(ref _left) == 0)
                {
                    _all.Set();
                }
            }
        }

        public void Expect(int states)
        {
            _all.Reset();
            Volatile.Write(ref _left, states);
        }

        public void Wait() => _all.Wait();

        public void Dispose() => _all.Dispose();
    }
}
