using SecretProviders.Watching;
using static SecretProviders.Tests.Watching.States;
using Transition = SecretProviders.Watching.StateCell.Transition;

namespace SecretProviders.Tests.Watching;

public sealed class StateCellTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly StateCell _cell = new(A);

    [Fact]
    public void First_watcher_acquires_and_the_next_does_not()
    {
        Assert.True(_cell.TryEnter());
        Assert.Equal(Transition.Acquire, Begin());
        _cell.EndTransition();
        Assert.True(_cell.TryEnter());

        Assert.Equal(Transition.None, Begin());
    }

    [Fact]
    public void Nothing_begins_while_a_transition_runs()
    {
        Assert.True(_cell.TryEnter());
        Assert.Equal(Transition.Acquire, Begin());

        Assert.Equal(Transition.None, Begin());
        Assert.False(_cell.TryRetire());
    }

    [Fact]
    public void Cell_retires_for_one_caller_only()
    {
        Assert.Equal(Transition.Retire, Begin());
        Assert.Equal(Transition.Retire, Begin());

        Assert.True(_cell.TryRetire());
        Assert.False(_cell.TryRetire());
        Assert.False(_cell.TryEnter());
    }

    [Fact]
    public void Watched_cell_does_not_retire()
    {
        Assert.True(_cell.TryEnter());

        Assert.False(_cell.TryRetire());
    }

    [Fact]
    public void State_counts_as_an_outage_only_while_it_is_one()
    {
        Assert.True(_cell.TryEnter());

        Assert.Equal(1, Set(new SecretState.Unavailable("lost")));
        Assert.Equal(0, Set(new SecretState.Unavailable("still lost")));
        Assert.Equal(-1, Set(Found("one")));
        Assert.Equal(0, Set(new SecretState.NotFound()));
    }

    [Fact]
    public void Closed_cell_takes_no_state()
    {
        Assert.True(_cell.TryEnter());
        _cell.Close();

        Assert.Equal(0, Set(new SecretState.Unavailable("lost")));
        Assert.Null(_cell.State);
    }

    private Transition Begin() => _cell.BeginTransition(out _, out _);

    private int Set(SecretState state)
    {
        _cell.Set(state, Now, out var outages);
        return outages;
    }
}
