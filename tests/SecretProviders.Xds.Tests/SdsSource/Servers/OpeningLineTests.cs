using SecretProviders.Sds;

namespace SecretProviders.Xds.Tests.SdsSource;

public sealed class OpeningLineTests
{
    private readonly OpeningLine _line = new(width: 2);

    [Fact]
    public void Only_so_many_have_their_turn_at_once()
    {
        TaskCompletionSource[] turns = [_line.Enter(), _line.Enter(), _line.Enter()];

        Assert.Equal([true, true, false], turns.Select(HasCome));
    }

    [Fact]
    public void Who_leaves_gives_the_turn_to_whoever_waits_longest()
    {
        var first = _line.Enter();
        _line.Enter();
        TaskCompletionSource[] waiting = [_line.Enter(), _line.Enter()];

        _line.Leave(first);

        Assert.Equal([true, false], waiting.Select(HasCome));
    }

    [Fact]
    public void Who_gave_up_waiting_is_passed_over_and_holds_up_nobody()
    {
        var first = _line.Enter();
        _line.Enter();
        TaskCompletionSource[] waiting = [_line.Enter(), _line.Enter()];

        _line.Leave(waiting[0]);
        Assert.False(HasCome(waiting[1]));
        _line.Leave(first);

        Assert.Equal([false, true], waiting.Select(HasCome));
    }

    [Fact]
    public void Turns_that_nobody_waits_for_are_there_for_the_next()
    {
        TaskCompletionSource[] turns = [_line.Enter(), _line.Enter()];
        Array.ForEach(turns, _line.Leave);

        TaskCompletionSource[] next = [_line.Enter(), _line.Enter(), _line.Enter()];

        Assert.Equal([true, true, false], next.Select(HasCome));
    }

    private static bool HasCome(TaskCompletionSource turn) => turn.Task.IsCompletedSuccessfully;
}
