using SecretProviders.Xds.Sds;

namespace SecretProviders.Xds.Tests.Sds;

public sealed class AsyncSignalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly AsyncSignal _signal = new();

    [Fact]
    public void Signals_before_the_wait_are_remembered_as_one()
    {
        _signal.Set();
        _signal.Set();

        Assert.True(_signal.WaitAsync().AsTask().IsCompleted);
        Assert.False(_signal.WaitAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task Signal_during_the_wait_ends_it()
    {
        var wait = _signal.WaitAsync().AsTask();
        Assert.False(wait.IsCompleted);

        _signal.Set();

        Assert.True(await wait.WaitAsync(Patience));
    }

    [Fact]
    public async Task End_ends_the_wait_and_every_later_one()
    {
        var wait = _signal.WaitAsync().AsTask();

        _signal.End();

        Assert.False(await wait.WaitAsync(Patience));
        Assert.False(await _signal.WaitAsync());
    }

    [Fact]
    public async Task What_was_signalled_before_the_end_is_still_seen()
    {
        _signal.Set();
        _signal.End();

        Assert.True(await _signal.WaitAsync());
        Assert.False(await _signal.WaitAsync());
    }

    [Fact]
    public async Task End_at_the_moment_of_a_wait_is_not_lost()
    {
        for (var round = 0; round < 2000; round++)
        {
            var signal = new AsyncSignal();
            var end = Task.Run(signal.End);
            Assert.False(await signal.WaitAsync().AsTask().WaitAsync(Patience));
            await end;
        }
    }

    [Fact]
    public async Task No_signal_of_many_threads_is_lost()
    {
        const int Threads = 4;
        const int Rounds = 50_000;
        var published = new int[Threads];
        var publishers = Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (var round = 1; round <= Rounds; round++)
            {
                Volatile.Write(ref published[thread], round);
                _signal.Set();
            }
        })).ToArray();

        // Each wake-up may stand for many signals, but whoever has seen less than everything is woken again.
        while (Enumerable.Range(0, Threads).Any(thread => Volatile.Read(ref published[thread]) < Rounds))
        {
            await _signal.WaitAsync().AsTask().WaitAsync(Patience);
        }

        await Task.WhenAll(publishers);
    }
}
