using SecretProviders.Testing;
using SecretProviders.Xds.Sds.Deliveries;

namespace SecretProviders.Xds.Tests.Sds.Deliveries;

public sealed class DeliveryTableTests
{
    private readonly DeliveryTable _table = new(SecretDiscoveryProtocol.Delta, new ManualTimeProvider(), new SecretDiscoveryOptions());

    [Fact]
    public void Names_changed_for_ever_without_reading_leave_nothing_behind()
    {
        for (var round = 0; round < 1000; round++)
        {
            _table.Ask($"name-{round}", out _);
            _table.Release($"name-{round}");
        }

        Assert.Equal((0, 0), (_table.Count, _table.Due));
    }

    [Fact]
    public void Name_that_changes_often_is_due_once()
    {
        _table.Ask("a", out _);
        for (var round = 0; round < 1000; round++)
        {
            _table.Apply([new SecretSnapshot("a", SecretStatus.Available) { Secret = SdsSession.Generic($"{round}"), Version = new($"{round}") }]);
        }

        Assert.Equal(1, _table.Due);
        Assert.True(_table.TryTake(out var order));
        Assert.Equal("999", order.Snapshot!.Version.Value);
        Assert.False(_table.TryTake(out _));
    }

    [Fact]
    public void Characters_of_released_names_are_free_again()
    {
        var name = new string('x', DeliveryTable.MaxNameCharacters);

        for (var round = 0; round < 3; round++)
        {
            _table.Ask(name, out var isNew);
            Assert.True(isNew);
            _table.Release(name);
        }
    }

    [Fact]
    public void Nonces_never_repeat()
    {
        HashSet<long> nonces = [];
        for (var round = 0; round < 100; round++)
        {
            _table.Ask("a", out _);
            _table.Apply([new SecretSnapshot("a", SecretStatus.Absent)]);
            Assert.True(_table.TryTake(out var order));
            Assert.True(nonces.Add(order.Nonce));
            _table.Settle(order.Nonce);
        }
    }

    [Fact]
    public void Released_name_settles_nothing()
    {
        _table.Ask("a", out _);
        _table.Apply([new SecretSnapshot("a", SecretStatus.Available) { Secret = SdsSession.Generic("one"), Version = new("1") }]);
        Assert.True(_table.TryTake(out var order));

        _table.Release("a");

        Assert.Null(_table.Settle(order.Nonce));
    }
}
