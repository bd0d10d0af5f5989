using SecretProviders.Testing;

namespace SecretProviders.Vault.Tests.Conformance;

/// <summary>
/// The test's clock, which also knows whether a question is under way: each one begins a time-out and ends it. An answer
/// on a real wire must not lose a race against a time-out of a clock that a test moves.
/// </summary>
internal sealed class AskingClock(ManualTimeProvider clock) : TimeProvider
{
    /// <summary>The time-out by which a question is known: no wait is so, since all of them are whole milliseconds.</summary>
    public static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(5) + TimeSpan.FromTicks(1);

    private int _asking;

    /// <summary>Gets the number of questions that are under way.</summary>
    public int Asking => Volatile.Read(ref _asking);

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        dueTime == TimeOut ? new Question(this, callback, state, dueTime) : clock.CreateTimer(callback, state, dueTime, period);

    private sealed class Question : ITimer
    {
        private readonly AskingClock _owner;
        private readonly ITimer _timer;
        private int _ended;

        public Question(AskingClock owner, TimerCallback callback, object? state, TimeSpan dueTime)
        {
            _owner = owner;
            Interlocked.Increment(ref owner._asking);
            _timer = owner.Inner.CreateTimer(
                _ =>
                {
                    End();
                    callback(state);
                },
                null,
                dueTime,
                Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => _timer.Change(dueTime, period);

        public void Dispose()
        {
            End();
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            End();
            return _timer.DisposeAsync();
        }

        private void End()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                Interlocked.Decrement(ref _owner._asking);
            }
        }
    }

    private ManualTimeProvider Inner => clock;
}
