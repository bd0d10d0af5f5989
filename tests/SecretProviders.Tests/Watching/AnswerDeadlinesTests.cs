using SecretProviders.Testing;
using SecretProviders.Watching;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Watching;

public sealed class AnswerDeadlinesTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private readonly ManualTimeProvider _clock = new();
    private readonly List<SecretReference> _expired = [];
    private readonly AnswerDeadlines _deadlines;

    public AnswerDeadlinesTests() => _deadlines = new AnswerDeadlines(Limit, _clock, cell => _expired.Add(cell.Reference));

    public void Dispose() => _deadlines.Dispose();

    [Fact]
    public void Any_number_of_cells_takes_one_timer()
    {
        for (var i = 0; i < 100; i++)
        {
            Add(new SecretReference($"{i}"));
        }

        Assert.Equal(1, _clock.ActiveTimers);
    }

    [Fact]
    public void Cells_expire_in_their_order()
    {
        Add(A);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Add(B);

        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal([A], _expired);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([A, B], _expired);
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public void Answered_cell_does_not_expire()
    {
        Add(A).Set(Found("one"), _clock.GetUtcNow(), out _);

        _clock.Advance(Limit);

        Assert.Empty(_expired);
    }

    [Fact]
    public void Nobody_who_waits_takes_no_timer()
    {
        Add(A).Set(Found("one"), _clock.GetUtcNow(), out _);

        _deadlines.Trim();

        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public void Who_waits_behind_an_answered_cell_expires_in_its_time()
    {
        Add(A).Set(Found("one"), _clock.GetUtcNow(), out _);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Add(B);

        _deadlines.Trim();
        _clock.Advance(Limit);

        Assert.Equal([B], _expired);
    }

    [Fact]
    public void Cell_that_was_released_does_not_expire()
    {
        var cell = new StateCell(A);
        Assert.Equal(StateCell.Transition.Retire, cell.BeginTransition(out var acquisition, out _));
        _deadlines.Add(cell, acquisition);

        _clock.Advance(Limit);

        Assert.Empty(_expired);
    }

    [Fact]
    public void Disposal_leaves_no_timer()
    {
        Add(A);

        _deadlines.Dispose();

        Assert.Equal(0, _clock.ActiveTimers);
    }

    private StateCell Add(SecretReference reference)
    {
        var cell = new StateCell(reference);
        Assert.True(cell.TryEnter());
        Assert.Equal(StateCell.Transition.Acquire, cell.BeginTransition(out var acquisition, out _));
        _deadlines.Add(cell, acquisition);
        return cell;
    }
}
