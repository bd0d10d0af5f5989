using SecretProviders.Testing;
using SecretProviders.Xds.Sds.Deliveries;

namespace SecretProviders.Xds.Tests.Sds.Deliveries;

/// <summary>When an acknowledgement that does not come is given up.</summary>
public sealed class OverdueTests
{
    // A clock that is a little early must not wake us in vain.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(1);
    private readonly ManualTimeProvider _time = new();
    private readonly DeliveryTable _table;

    public OverdueTests()
    {
        _table = new DeliveryTable(SecretDiscoveryProtocol.StateOfTheWorld, _time, new SecretDiscoveryOptions());
        _time.Advance(TimeSpan.FromHours(1));
    }

    [Fact]
    public void Only_what_holds_news_back_is_waited_for()
    {
        Send("a");
        _time.Advance(TimeSpan.FromSeconds(2));
        Send("b");

        Hold("b");

        Assert.Equal(TimeSpan.FromSeconds(5) + Margin, _table.ReleaseOverdue());
    }

    [Fact]
    public void Nothing_held_back_is_nothing_to_wait_for()
    {
        Send("a");

        Assert.Null(_table.ReleaseOverdue());
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("b", "a")]
    [InlineData("b", "c")]
    [InlineData("c", "b")]
    public void Earliest_of_several_is_waited_for(string later, string earlier)
    {
        var nonces = new[] { "a", "b", "c" }.ToDictionary(static name => name, Send);
        _time.Advance(TimeSpan.FromSeconds(2));
        _table.Settle(nonces[later]);
        Send(later);

        Hold(later);
        Hold(earlier);

        Assert.Equal(TimeSpan.FromSeconds(3) + Margin, _table.ReleaseOverdue());
    }

    [Fact]
    public void News_goes_out_at_the_very_moment()
    {
        Send("a");
        Hold("a");
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(TimeSpan.Zero, _table.ReleaseOverdue());

        Assert.True(_table.TryTake(out _));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void Late_acknowledgement_settles_nothing(string name)
    {
        var nonces = new[] { "a", "b" }.ToDictionary(static name => name, Send);
        Hold(name);
        _time.Advance(TimeSpan.FromSeconds(5));
        _table.ReleaseOverdue();
        Assert.True(_table.TryTake(out var next));

        Assert.Null(_table.Settle(nonces[name]));
        Assert.Equal(name, _table.Settle(next.Nonce)?.Name);
        Assert.Null(_table.Settle(next.Nonce));
    }

    /// <summary>Sends a new version, which goes unanswered.</summary>
    private long Send(string name)
    {
        _table.Ask(name, out _);
        Change(name);
        Assert.True(_table.TryTake(out var order));
        return order.Nonce;
    }

    /// <summary>Makes news that waits for the answer.</summary>
    private void Hold(string name)
    {
        Change(name);
        Assert.False(_table.TryTake(out _));
    }

    private void Change(string name)
    {
        var version = $"{Guid.NewGuid()}";
        _table.Apply([new SecretSnapshot(name, SecretStatus.Available) { Secret = SdsSession.Generic(version), Version = new(version) }]);
    }
}
