using SecretProviders.Sds;

namespace SecretProviders.Xds.Tests.SdsSource;

public sealed class EndpointSelectorTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    [Fact]
    public void Server_has_two_attempts_then_the_next_one_is_asked()
    {
        var selector = new EndpointSelector(2, Longest);

        Assert.False(selector.Failed(definite: false, out _));
        Assert.Equal(0, selector.Current);
        Assert.False(selector.Failed(definite: false, out _));
        Assert.Equal(1, selector.Current);
    }

    [Fact]
    public void Refusal_needs_no_second_attempt()
    {
        var selector = new EndpointSelector(2, Longest);

        Assert.False(selector.Failed(definite: true, out _));

        Assert.Equal(1, selector.Current);
    }

    [Fact]
    public void Server_that_turns_streams_away_unread_has_more_attempts()
    {
        var selector = new EndpointSelector(2, Longest);
        for (var attempt = 1; attempt < 8; attempt++)
        {
            Assert.False(selector.Failed(definite: false, out _, isTurnedAway: true));
            Assert.Equal(0, selector.Current);
        }

        Assert.False(selector.Failed(definite: false, out _, isTurnedAway: true));
        Assert.Equal(1, selector.Current);
    }

    [Theory]
    [InlineData(1, true, 1)]
    [InlineData(1, false, 2)]
    [InlineData(3, true, 3)]
    [InlineData(3, false, 6)]
    public void Round_is_over_when_every_server_has_failed(int count, bool definite, int attempts)
    {
        var selector = new EndpointSelector(count, Longest);
        for (var attempt = 1; attempt < attempts; attempt++)
        {
            Assert.False(selector.Failed(definite, out _));
        }

        Assert.True(selector.Failed(definite, out var allDefinite));
        Assert.Equal(definite, allDefinite);
        Assert.Equal((1, 0), (selector.FailedRounds, selector.Current));
    }

    [Fact]
    public void Round_is_definite_only_when_each_attempt_was()
    {
        var selector = new EndpointSelector(2, Longest);
        selector.Failed(definite: false, out _);
        selector.Failed(definite: true, out _);

        Assert.True(selector.Failed(definite: true, out var allDefinite));
        Assert.False(allDefinite);
        selector.Failed(definite: true, out _);
        selector.Failed(definite: true, out var second);
        Assert.True(second);
    }

    [Fact]
    public void Time_to_show_up_grows_with_each_round_up_to_the_limit()
    {
        var selector = new EndpointSelector(1, Longest);
        var limits = new List<double>();
        for (var round = 0; round < 6; round++)
        {
            limits.Add(selector.Limit.TotalSeconds);
            selector.Failed(definite: true, out _);
        }

        Assert.Equal([0.5, 1, 2, 4, 5, 5], limits);
    }

    [Fact]
    public void Server_that_served_is_asked_first_again_and_the_past_is_forgotten()
    {
        var selector = new EndpointSelector(2, Longest);
        selector.Failed(definite: true, out _);
        selector.Failed(definite: true, out _);
        selector.Failed(definite: true, out _);

        selector.Succeeded();

        Assert.Equal((1, 0, 0.5), (selector.Current, selector.FailedRounds, selector.Limit.TotalSeconds));
        Assert.False(selector.Failed(definite: false, out _));
        Assert.Equal(1, selector.Current);
    }
}
