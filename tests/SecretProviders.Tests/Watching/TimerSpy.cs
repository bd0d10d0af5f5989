using System.Threading.Channels;

namespace SecretProviders.Tests.Watching;

/// <summary>A clock that tells a test when code on another thread has begun to wait, and for how long.</summary>
internal sealed class TimerSpy(TimeProvider inner) : TimeProvider
{
    private readonly Channel<TimeSpan> _started = Channel.CreateUnbounded<TimeSpan>();

    public override long TimestampFrequency => inner.TimestampFrequency;

    /// <summary>Waits until the next timer is made that has a due time.</summary>
    public Task<TimeSpan> NextAsync() => _started.Reader.ReadAsync().AsTask().WaitAsync(StreamReading.Patience);

    /// <summary>Gets or sets by how much the clock was corrected; timers and timestamps take no notice.</summary>
    public TimeSpan Correction { get; set; }

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Correction;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = inner.CreateTimer(callback, state, dueTime, period);
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            Assert.True(_started.Writer.TryWrite(dueTime));
        }

        return timer;
    }
}
