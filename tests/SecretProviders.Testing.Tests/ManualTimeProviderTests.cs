namespace SecretProviders.Testing.Tests;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Time_stands_still_until_it_is_moved()
    {
        var start = _clock.GetUtcNow();

        _clock.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(start + TimeSpan.FromMinutes(3), _clock.GetUtcNow());
    }

    [Fact]
    public void Elapsed_time_is_right_in_spite_of_the_odd_frequency()
    {
        var start = _clock.GetTimestamp();

        _clock.Advance(TimeSpan.FromDays(400));

        Assert.Equal(400, _clock.GetElapsedTime(start).TotalDays, precision: 9);
    }

    [Fact]
    public void Timers_fire_in_the_order_of_their_due_times()
    {
        var fired = new List<int>();
        using var late = Start(() => fired.Add(3), seconds: 3);
        using var early = Start(() => fired.Add(1), seconds: 1);
        using var middle = Start(() => fired.Add(2), seconds: 2);

        _clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal([1, 2, 3], fired);
    }

    [Fact]
    public void Timers_due_together_fire_in_the_order_in_which_they_were_started()
    {
        var fired = new List<int>();
        using var first = Start(() => fired.Add(1), seconds: 1);
        using var second = Start(() => fired.Add(2), seconds: 1);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([1, 2], fired);
    }

    [Fact]
    public void Delays_of_waiting_timers_are_listed_next_first()
    {
        using var first = Start(static () => { }, seconds: 5);
        _clock.Advance(TimeSpan.FromSeconds(3));
        using var second = Start(static () => { }, seconds: 4);

        Assert.Equal([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(4)], _clock.ActiveDelays);

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([TimeSpan.FromSeconds(4)], _clock.ActiveDelays);
    }

    [Fact]
    public void A_callback_sees_its_own_due_time()
    {
        DateTimeOffset? seen = null;
        var start = _clock.GetUtcNow();
        using var timer = Start(() => seen = _clock.GetUtcNow(), seconds: 2);

        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(start + TimeSpan.FromSeconds(2), seen);
    }

    [Fact]
    public void A_timer_does_not_fire_before_its_time()
    {
        var fired = 0;
        using var timer = Start(() => fired++, seconds: 2);

        _clock.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));

        Assert.Equal(0, fired);
        Assert.Equal(1, _clock.ActiveTimers);
    }

    [Fact]
    public void A_periodic_timer_fires_at_each_of_its_times()
    {
        var fired = 0;
        using var timer = _clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(3, fired);
    }

    [Fact]
    public void A_timer_started_by_a_callback_fires_when_it_falls_due_on_the_way()
    {
        var fired = 0;
        ITimer? inner = null;
        using var outer = Start(() => inner = Start(() => fired++, seconds: 1), seconds: 1);

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, fired);
        inner?.Dispose();
    }

    [Fact]
    public void A_callback_that_moves_the_clock_never_moves_it_back()
    {
        var start = _clock.GetUtcNow();
        using var timer = Start(() => _clock.Advance(TimeSpan.FromSeconds(60)), seconds: 1);

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(start + TimeSpan.FromSeconds(61), _clock.GetUtcNow());
    }

    [Fact]
    public async Task A_timer_due_at_once_fires_without_a_move_of_the_clock()
    {
        var fired = new TaskCompletionSource();
        using var timer = Start(fired.SetResult, seconds: 0);

        await fired.Task.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public void A_disposed_timer_neither_fires_nor_restarts()
    {
        var fired = 0;
        var timer = Start(() => fired++, seconds: 1);

        timer.Dispose();
        var restarted = timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.False(restarted);
        Assert.Equal(0, fired);
    }

    [Fact]
    public void A_timer_without_due_time_is_not_active()
    {
        using var timer = _clock.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        Assert.Equal(0, _clock.ActiveTimers);
        Assert.Null(_clock.NextDue);
    }

    [Fact]
    public void The_next_due_time_is_that_of_the_earliest_timer()
    {
        using var late = Start(static () => { }, seconds: 9);
        using var early = Start(static () => { }, seconds: 4);

        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(4), _clock.NextDue);
    }

    [Fact]
    public async Task Asynchronous_disposal_waits_for_a_running_callback()
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var timer = Start(
            () =>
            {
                entered.Set();
                release.Wait();
            },
            seconds: 1);
        var advancing = Task.Run(() => _clock.Advance(TimeSpan.FromSeconds(1)));
        entered.Wait();

        var disposal = timer.DisposeAsync().AsTask();
        Assert.False(disposal.IsCompleted);
        release.Set();

        await disposal.WaitAsync(TimeSpan.FromSeconds(60));
        await advancing;
    }

    [Fact]
    public async Task Waiting_for_timers_ends_when_code_begins_to_wait()
    {
        var waiting = _clock.WaitForTimersAsync(2);
        using var first = Start(static () => { }, seconds: 1);
        Assert.False(waiting.IsCompleted);

        var delay = Task.Delay(TimeSpan.FromSeconds(5), _clock);
        await waiting;
        _clock.Advance(TimeSpan.FromSeconds(5));

        await delay.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Waiting_for_timers_ends_when_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = _clock.WaitForTimersAsync(1, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(5_000_000_000)]
    public void A_delay_that_the_system_refuses_is_refused(long milliseconds)
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => _clock.CreateTimer(static _ => { }, null, TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void The_clock_is_not_moved_back()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void Next_timer_fires_alone()
    {
        var fired = new List<int>();
        var start = _clock.GetUtcNow();
        using var late = Start(() => fired.Add(2), seconds: 2);
        using var early = Start(() => fired.Add(1), seconds: 1);

        Assert.True(_clock.AdvanceToNext());

        Assert.Equal([1], fired);
        Assert.Equal(start + TimeSpan.FromMilliseconds(1001), _clock.GetUtcNow());
    }

    [Fact]
    public void Time_stands_still_while_a_timer_waits_that_is_not_to_be_reached()
    {
        var start = _clock.GetUtcNow();
        using var early = Start(static () => { }, seconds: 1);
        using var late = Start(static () => { }, seconds: 2);

        Assert.False(_clock.AdvanceToNext(TimeSpan.FromSeconds(2)));

        Assert.Equal((start, 2), (_clock.GetUtcNow(), _clock.ActiveTimers));
    }

    [Fact]
    public void Without_a_timer_there_is_nothing_to_go_to()
    {
        var start = _clock.GetUtcNow();

        Assert.False(_clock.AdvanceToNext());

        Assert.Equal(start, _clock.GetUtcNow());
    }

    private ITimer Start(Action callback, int seconds) =>
        _clock.CreateTimer(_ => callback(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
}
