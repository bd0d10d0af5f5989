using System.Collections.Concurrent;
using System.Threading.Channels;
using SecretProviders.Testing;
using SecretProviders.Tests.Watching;

namespace SecretProviders.Tests.Polling;

/// <summary>A store without push whose every answer is given by the test, on a clock that the test moves.</summary>
internal sealed class PolledStore : IAsyncDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(7);

    /// <summary>How many reads may be under way at once: few, so that a test can meet the limit.</summary>
    public const int ConcurrentReads = 3;

    private readonly Channel<Read> _reads = Channel.CreateUnbounded<Read>();
    private readonly ConcurrentQueue<Read> _open = new();
    private readonly TimerSpy _timers;
    private bool _ending;

    public PolledStore(double random = 0, TimeSpan? interval = null)
    {
        _timers = new TimerSpy(Clock);
        Source = new ScriptedPollingSource(_timers, interval ?? Interval, Log, Ask) { NextRandom = () => random };
    }

    public ManualTimeProvider Clock { get; } = new();

    public LogCollector Log { get; } = new();

    public ScriptedPollingSource Source { get; }

    public IAsyncEnumerator<SecretState> Watch(SecretReference reference) => Source.WatchAsync(reference).GetAsyncEnumerator();

    /// <summary>Waits for the store to be asked.</summary>
    public Task<Read> NextReadAsync() => _reads.Reader.ReadAsync().AsTask().WaitAsync(StreamReading.Patience);

    /// <summary>Waits for the store to be asked, and answers.</summary>
    public async Task<Read> AnswerAsync(SecretState state)
    {
        var read = await NextReadAsync();
        read.Answer(state);
        return read;
    }

    /// <summary>Sets the clock back, which timers take no notice of.</summary>
    public void SetBack(TimeSpan by) => _timers.Correction -= by;

    /// <summary>Tells whether the store was asked and nobody has looked yet.</summary>
    public bool WasAsked => _reads.Reader.TryPeek(out _);

    /// <summary>Waits until the source sleeps, and gets for how long.</summary>
    public async Task<TimeSpan> SleepsAsync()
    {
        while (true)
        {
            // The other timer of a poll limits a read.
            var wait = await _timers.NextAsync();
            if (wait != Timeout)
            {
                return wait;
            }
        }
    }

    /// <summary>Waits until the source sleeps, and moves the clock to the end of it.</summary>
    public async Task<TimeSpan> SleepOverAsync()
    {
        var wait = await SleepsAsync();
        Clock.Advance(wait);
        return wait;
    }

    /// <summary>Disposes the source; reads that the test left open end with it.</summary>
    public ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _ending, true);
        foreach (var read in _open)
        {
            read.ObeyToken();
        }

        return Source.DisposeAsync();
    }

    private Task<SecretState> Ask(Read read)
    {
        _open.Enqueue(read);
        if (Volatile.Read(ref _ending))
        {
            read.ObeyToken();
        }

        Assert.True(_reads.Writer.TryWrite(read));
        return read.Task;
    }

    internal sealed record Read(SecretReference Reference, SecretState? Previous, CancellationToken Token)
    {
        private readonly TaskCompletionSource<SecretState> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<SecretState> Task => _answer.Task;

        public void Answer(SecretState state) => _answer.SetResult(state);

        public void Fail(Exception exception) => _answer.SetException(exception);

        public void ObeyToken() => Token.Register(() => _answer.TrySetCanceled(Token));
    }

    internal sealed class ScriptedPollingSource(TimeProvider timeProvider, TimeSpan interval, LogCollector log, Func<Read, Task<SecretState>> ask)
        : PollingSecretSource("polled", interval, Timeout, timeProvider, log.CreateLogger("source"), ConcurrentReads)
    {
        private int _releasing;

        public List<KeyValuePair<SecretReference, SecretState.Found>> Released { get; } = [];

        public Exception? ReleaseFailure { get; set; }

        /// <summary>Gets or sets what each release waits for.</summary>
        public Task Releasing { get; set; } = Task.CompletedTask;

        /// <summary>Gets the greatest number of releases that were under way at once.</summary>
        public int MostReleasing { get; private set; }

        public bool KeptIsGood { get; set; } = true;

        public Exception? NextReadFailure { get; set; }

        public Exception? JudgementFailure { get; set; }

        protected override bool IsStillGood(SecretReference reference, SecretState.Found kept) => JudgementFailure is null ? KeptIsGood : throw JudgementFailure;

        protected override DateTimeOffset? NextRead(SecretReference reference, SecretState state, DateTimeOffset now) =>
            NextReadFailure is null ? base.NextRead(reference, state, now) : throw NextReadFailure;

        protected override async ValueTask ReleaseAsync(SecretReference reference, SecretState.Found minted, CancellationToken cancellationToken)
        {
            lock (Released)
            {
                Released.Add(KeyValuePair.Create(reference, minted));
                MostReleasing = int.Max(MostReleasing, ++_releasing);
            }

            await Releasing.WaitAsync(cancellationToken);
            lock (Released)
            {
                _releasing--;
            }

            if (ReleaseFailure is not null)
            {
                throw ReleaseFailure;
            }
        }

        protected override ValueTask<SecretState> FetchAsync(SecretReference reference, SecretState? previous, CancellationToken cancellationToken) =>
            new(ask(new Read(reference, previous, cancellationToken)));
    }
}
