using System.Globalization;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Watching;

/// <summary>Publishing, watching, cancelling and disposing from several threads at once.</summary>
public sealed class SecretStateHubStressTests
{
    private const int Updates = 2_000;
    private const int LastUpdate = Updates - 1;
    private static readonly SecretReference[] References = [.. Enumerable.Range(0, 4).Select(static i => new SecretReference($"r{i}"))];

    [Fact]
    public async Task Every_live_watcher_ends_with_the_last_state()
    {
        // The first state is kept by a watcher that stays, so that whoever comes later gets one.
        await using var hub = new RecordingHub(TimeProvider.System);
        hub.First = reference => hub.Say(reference, Found(0));
        foreach (var reference in References)
        {
            await hub.WatchAsync(reference).GetAsyncEnumerator().ReadAsync();
        }

        var watchers = References.SelectMany(reference => Enumerable.Range(0, 25).Select(_ => ReadToTheLastAsync(hub, reference))).ToArray();
        var comers = Enumerable.Range(0, 4).Select(seed => Task.Run(() => ComeAndGoAsync(hub, seed))).ToArray();
        var publishers = References.Select(reference => Task.Run(() => PublishAll(hub, reference))).ToArray();

        await Task.WhenAll(publishers).WaitAsync(StreamReading.Patience);
        await Task.WhenAll(comers).WaitAsync(StreamReading.Patience);
        await Task.WhenAll(watchers).WaitAsync(StreamReading.Patience);
    }

    [Fact]
    public async Task Source_is_told_of_comings_and_goings_in_turn()
    {
        await using var hub = new RecordingHub(TimeProvider.System);
        var inside = 0;
        var overlaps = 0;
        void Told(SecretReference reference)
        {
            if (Interlocked.Increment(ref inside) != 1)
            {
                Interlocked.Increment(ref overlaps);
            }

            Thread.Yield();
            Interlocked.Decrement(ref inside);
        }

        hub.First = Told;
        hub.Last = Told;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                var watch = hub.WatchAsync(A).GetAsyncEnumerator();
                var end = watch.MoveNextAsync().AsTask();
                await watch.DisposeAsync();
                Assert.False(await end);
            }
        }))).WaitAsync(StreamReading.Patience);

        Assert.Equal(0, overlaps);
        Assert.Equal(Enumerable.Range(0, hub.Calls.Count).Select(static i => i % 2 == 0 ? "+a" : "-a"), hub.Calls);
        Assert.Equal("-a", hub.Calls.Last());
        Assert.False(hub.Watches(A));
    }

    [Fact]
    public async Task Cancelling_against_publishing_loses_no_wake_up()
    {
        await using var hub = new RecordingHub(TimeProvider.System);
        for (var i = 0; i < 2_000; i++)
        {
            using var cancellation = new CancellationTokenSource();
            await using var watch = hub.WatchAsync(A, cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
            var move = watch.MoveNextAsync().AsTask();
            var state = Found(i);
            var publish = Task.Run(() => hub.Say(A, state));
            await cancellation.CancelAsync();

            var found = await move.WaitAsync(StreamReading.Patience);
            await publish;
            Assert.True(!found || watch.Current == state);
            await watch.AssertEndAsync();
        }
    }

    [Fact]
    public async Task Disposal_against_everything_completes_every_watch()
    {
        for (var round = 0; round < 50; round++)
        {
            var hub = new RecordingHub(TimeProvider.System);
            var watchers = References.Select(reference => Task.Run(async () =>
            {
                await foreach (var state in hub.WatchAsync(reference))
                {
                    Assert.NotNull(state);
                }
            })).ToArray();
            var publishers = References.Select(reference => Task.Run(() => hub.Say(reference, Found(round)))).ToArray();

            await hub.DisposeAsync();

            await Task.WhenAll(watchers).WaitAsync(StreamReading.Patience);
            await Task.WhenAll(publishers).WaitAsync(StreamReading.Patience);
            Assert.Equal(hub.Calls.Count(static call => call.StartsWith('+')), hub.Calls.Count(static call => call.StartsWith('-')));
        }
    }

    private static async Task ReadToTheLastAsync(RecordingHub hub, SecretReference reference)
    {
        var last = -1;
        await foreach (var state in hub.WatchAsync(reference))
        {
            var number = int.Parse(Text(state), CultureInfo.InvariantCulture);
            Assert.True(number > last, $"{number} came after {last}.");
            last = number;
            if (number == LastUpdate)
            {
                return;
            }
        }
    }

    private static async Task ComeAndGoAsync(RecordingHub hub, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            using var cancellation = new CancellationTokenSource();
            await using var watch = hub.WatchAsync(References[random.Next(References.Length)], cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
            var move = watch.MoveNextAsync().AsTask();
            if (random.Next(2) == 0)
            {
                await cancellation.CancelAsync();
            }

            if (await move)
            {
                Assert.IsType<SecretState.Found>(watch.Current);
            }
        }
    }

    private static void PublishAll(RecordingHub hub, SecretReference reference)
    {
        for (var i = 1; i < Updates; i++)
        {
            hub.Say(reference, Found(i));
        }
    }
}
