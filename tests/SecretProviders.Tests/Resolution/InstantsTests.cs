using SecretProviders.Resolution;
using static SecretProviders.Tests.Resolution.Story;

namespace SecretProviders.Tests.Resolution;

public sealed class InstantsTests
{
    [Fact]
    public void The_earliest_ignores_what_is_missing()
    {
        Assert.Equal(At(1), Instants.Earliest(At(1), At(2)));
        Assert.Equal(At(1), Instants.Earliest(At(2), At(1)));
        Assert.Equal(At(1), Instants.Earliest(null, At(1)));
        Assert.Equal(At(1), Instants.Earliest(At(1), null));
        Assert.Null(Instants.Earliest(null, null));
    }

    [Fact]
    public void The_future_is_ahead_and_has_an_end()
    {
        Assert.Equal(At(2), Instants.Future(At(2), At(1)));
        Assert.Null(Instants.Future(At(1), At(1)));
        Assert.Null(Instants.Future(null, At(1)));
        Assert.Null(Instants.Future(DateTimeOffset.MaxValue, At(1)));
    }

    [Fact]
    public void Just_after_an_end_is_its_next_tick()
    {
        Assert.Equal(At(1).AddTicks(1), Instants.JustAfter(At(1)));
        Assert.Null(Instants.JustAfter(DateTimeOffset.MaxValue));
        Assert.Null(Instants.JustAfter(null));
    }

    [Fact]
    public void Adding_does_not_overflow()
    {
        Assert.Equal(At(3), Instants.After(At(1), TimeSpan.FromSeconds(2)));
        Assert.Equal(DateTimeOffset.MaxValue, Instants.After(At(1), TimeSpan.MaxValue));
    }
}
