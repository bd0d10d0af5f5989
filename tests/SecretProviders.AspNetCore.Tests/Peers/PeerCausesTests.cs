using SecretProviders.AspNetCore.Peers;
using SecretProviders.Testing;

namespace SecretProviders.AspNetCore.Tests.Peers;

public sealed class PeerCausesTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly PeerCauses _causes;

    public PeerCausesTests() => _causes = new PeerCauses(_time);

    [Fact]
    public void First_time_is_news() => Assert.True(_causes.IsNews("uid 1", "NACK"));

    [Fact]
    public void Second_time_is_not()
    {
        _causes.IsNews("uid 1", "NACK");

        Assert.False(_causes.IsNews("uid 1", "NACK"));
    }

    [Fact]
    public void Other_cause_is_news()
    {
        _causes.IsNews("uid 1", "NACK");

        Assert.True(_causes.IsNews("uid 1", "reset"));
    }

    [Fact]
    public void Other_peer_is_news()
    {
        _causes.IsNews("uid 1", "NACK");

        Assert.True(_causes.IsNews("uid 2", "NACK"));
    }

    [Fact]
    public void Everything_is_news_again_after_the_window()
    {
        _causes.IsNews("uid 1", "NACK");
        _time.Advance(PeerCauses.Window);

        Assert.True(_causes.IsNews("uid 1", "NACK"));
        Assert.False(_causes.IsNews("uid 1", "NACK"));
    }

    [Fact]
    public void One_peer_cannot_fill_the_log_with_causes()
    {
        var lines = Enumerable.Range(0, 10_000).Count(number => _causes.IsNews("uid 1", $"cause {number}"));

        Assert.Equal(PeerCauses.MaxCauses, lines);
    }

    [Fact]
    public void Talkative_peer_does_not_silence_another()
    {
        foreach (var number in Enumerable.Range(0, 100))
        {
            _causes.IsNews("uid 1", $"cause {number}");
        }

        Assert.True(_causes.IsNews("uid 2", "NACK"));
    }

    [Fact]
    public void Number_of_peers_is_bounded()
    {
        var lines = Enumerable.Range(0, 10_000).Count(number => _causes.IsNews($"10.0.0.{number}", "NACK"));

        Assert.Equal(PeerCauses.MaxPeers, lines);
    }
}
