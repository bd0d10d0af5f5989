using SecretProviders.Aggregation;
using SecretProviders.Testing;
using SecretProviders.Tests.Watching;

namespace SecretProviders.Tests.Aggregation;

public sealed class SetBackClockTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly ManualTimeProvider _inner = new();
    private readonly TimerSpy _spy;
    private readonly SetBackClock _clock;

    public SetBackClockTests()
    {
        _spy = new TimerSpy(_inner);
        _clock = new SetBackClock(_spy);
    }

    [Fact]
    public void Clock_that_runs_on_was_not_set()
    {
        Assert.Null(_clock.Take());
        _inner.Advance(Hour);
        Assert.Null(_clock.Take());
    }

    [Fact]
    public void Step_back_is_told_once_and_so_is_the_next()
    {
        foreach (var step in (TimeSpan[])[Hour, 2 * Hour])
        {
            _inner.Advance(Hour / 2);
            _spy.Correction -= step;

            Assert.Equal(step, _clock.Take());
            Assert.Null(_clock.Take());
        }
    }

    [Fact]
    public void Step_ahead_is_nothing_and_the_way_back_from_it_is_told()
    {
        _spy.Correction += Hour;
        Assert.Null(_clock.Take());

        _spy.Correction -= Hour;

        Assert.Equal(Hour, _clock.Take());
    }

    [Fact]
    public void Little_adjustments_are_told_when_they_make_a_second()
    {
        for (var adjustment = 0; adjustment < 9; adjustment++)
        {
            _spy.Correction -= TimeSpan.FromMilliseconds(100);
            Assert.Null(_clock.Take());
        }

        _spy.Correction -= TimeSpan.FromMilliseconds(100);

        Assert.Equal(TimeSpan.FromSeconds(1), _clock.Take());
    }

    [Fact]
    public void Looks_between_which_time_passed_say_nothing()
    {
        var slow = new SlowClock();
        var clock = new SetBackClock(slow);
        slow.Pause = Hour;

        Assert.Null(clock.Take());
        slow.Pause = TimeSpan.Zero;
        Assert.Null(clock.Take());
    }

    /// <summary>A clock whose reader is held up after it.</summary>
    private sealed class SlowClock : TimeProvider
    {
        private readonly ManualTimeProvider _inner = new();

        public TimeSpan Pause { get; set; }

        public override long TimestampFrequency => _inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow()
        {
            var now = _inner.GetUtcNow();
            _inner.Advance(Pause);
            return now;
        }

        public override long GetTimestamp() => _inner.GetTimestamp();
    }
}
