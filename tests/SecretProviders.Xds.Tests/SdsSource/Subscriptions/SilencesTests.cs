using SecretProviders.Sds;
using static SecretProviders.Xds.Tests.SdsSource.Responses;

namespace SecretProviders.Xds.Tests.SdsSource;

public sealed class SilencesTests
{
    private readonly Silences _silences = new();

    [Fact]
    public void Earliest_comes_first_whenever_it_was_asked()
    {
        var (late, early) = (new SubscribedName("late"), new SubscribedName("early"));
        _silences.Await(late, At(5));
        _silences.Await(early, At(2));

        Assert.Equal(At(2), _silences.Next);
        Assert.Null(_silences.Take(At(1.9)));
        Assert.Same(early, _silences.Take(At(2)));
        Assert.Equal((At(5), null), (_silences.Next, early.SilentAt));
    }

    [Fact]
    public void Name_that_was_answered_is_passed_over()
    {
        var entry = new SubscribedName("a");
        _silences.Await(entry, At(2));

        entry.Hear();

        Assert.Null(_silences.Next);
        Assert.Null(_silences.Take(At(9)));
    }

    [Fact]
    public void Name_that_is_awaited_anew_is_due_once_and_later()
    {
        var entry = new SubscribedName("a");
        _silences.Await(entry, At(2));
        _silences.Await(entry, At(4));

        Assert.Null(_silences.Take(At(3)));
        Assert.Same(entry, _silences.Take(At(4)));
        Assert.Null(_silences.Take(At(9)));
    }

    [Fact]
    public void Name_that_went_to_another_stream_is_not_awaited_here_any_more()
    {
        var (entry, other) = (new SubscribedName("a"), new Silences());
        _silences.Await(entry, At(2));

        _silences.Forget(entry);
        other.Await(entry, At(2));

        Assert.Null(_silences.Take(At(2)));
        Assert.Same(entry, other.Take(At(2)));
    }
}
