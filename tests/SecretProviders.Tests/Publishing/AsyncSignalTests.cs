using SecretProviders.Publishing;

namespace SecretProviders.Tests.Publishing;

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

        await wait.WaitAsync(Patience);
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
