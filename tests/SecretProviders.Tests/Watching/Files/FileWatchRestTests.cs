using SecretProviders.Watching;

namespace SecretProviders.Tests.Watching;

/// <summary>When files that are written in place count as at rest: after 50 ms of quiet, and after 500 ms at most.</summary>
public sealed class FileWatchRestTests
{
    [Theory]
    [InlineData(0, 0, 50)]
    [InlineData(50, 50, 0)]
    [InlineData(50, 10, 40)]
    [InlineData(60, 50, 0)]
    [InlineData(470, 0, 30)]
    [InlineData(490, 40, 10)]
    [InlineData(500, 0, 0)]
    [InlineData(700, 0, -200)]
    public void Rest_comes_after_quiet_or_after_patience(int sinceFirst, int sinceLast, int wait) =>
        Assert.Equal(
            TimeSpan.FromMilliseconds(wait),
            FileWatch.UntilRest(TimeSpan.FromMilliseconds(sinceFirst), TimeSpan.FromMilliseconds(sinceLast)));
}
