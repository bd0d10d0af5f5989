using SecretProviders.Testing;
using SecretProviders.Xds.Sds.Deliveries;

namespace SecretProviders.Xds.Tests.Sds.Deliveries;

public sealed class DeliveryTableTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly DeliveryTable _table;

    public DeliveryTableTests() => _table = new DeliveryTable(SecretDiscoveryProtocol.Delta, _time, new SecretDiscoveryOptions());

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
    public void Trust_goes_before_certificates_whatever_was_asked_first()
    {
        Ask("leaf", "token", "ca");

        _table.Apply([Leaf("1"), Token("1"), Trust("1")]);

        Assert.Equal(["ca", "token", "leaf"], TakeAll());
    }

    [Fact]
    public void Trust_that_comes_later_overtakes_a_certificate_that_waits()
    {
        Ask("leaf", "ca");
        _table.Apply([Leaf("1")]);

        _table.Apply([Trust("1"), Leaf("2")]);

        Assert.Equal(["ca", "leaf"], TakeAll());
    }

    [Fact]
    public void Certificate_waits_while_its_trust_waits_for_an_acknowledgement()
    {
        Ask("leaf", "ca", "token");
        _table.Apply([Trust("1")]);
        Assert.True(_table.TryTake(out var first));

        _table.Apply([Trust("2"), Leaf("1"), Token("1")]);
        Assert.Equal(["token"], TakeAll());
        _table.Settle(first.Nonce);

        Assert.Equal(["ca", "leaf"], TakeAll());
    }

    [Fact]
    public void Certificate_waits_for_every_trust_that_waits()
    {
        Ask("leaf", "ca", "ca-2");
        _table.Apply([Trust("1"), Trust("1", "ca-2")]);
        Assert.True(_table.TryTake(out var first));
        Assert.True(_table.TryTake(out _));
        _table.Apply([Trust("2"), Trust("2", "ca-2"), Leaf("1")]);
        Assert.Empty(TakeAll());

        _table.Settle(first.Nonce);

        Assert.Equal(["ca"], TakeAll());
        Assert.True(_table.HasHeld);
    }

    [Fact]
    public void Certificate_does_not_wait_for_what_is_no_trust()
    {
        Ask("leaf", "token");
        _table.Apply([Token("1")]);
        Assert.True(_table.TryTake(out _));

        _table.Apply([Token("2"), Leaf("1")]);

        Assert.Equal(["leaf"], TakeAll());
    }

    [Fact]
    public void Name_that_changes_while_it_waits_keeps_its_place()
    {
        Ask("a", "b");
        _table.Apply([Found("a", SecretKind.Generic, "1"), Found("b", SecretKind.Generic, "1")]);

        _table.Apply([Found("a", SecretKind.Generic, "2")]);

        Assert.Equal(["a", "b"], TakeAll());
    }

    [Fact]
    public void Removal_is_told_once()
    {
        Ask("a");
        _table.Apply([new SecretSnapshot("a", SecretStatus.Absent)]);
        Assert.True(_table.TryTake(out var removal));
        _table.Settle(removal.Nonce);

        _table.Apply([new SecretSnapshot("a", SecretStatus.Absent)]);

        Assert.Empty(TakeAll());
    }

    [Fact]
    public void Certificate_waits_no_longer_than_the_acknowledgement_may_take()
    {
        Ask("leaf", "ca");
        _table.Apply([Trust("1")]);
        Assert.True(_table.TryTake(out _));
        _table.Apply([Trust("2"), Leaf("1")]);
        Assert.Empty(TakeAll());

        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(TimeSpan.Zero, _table.ReleaseOverdue());

        Assert.Equal(["ca", "leaf"], TakeAll());
    }

    [Fact]
    public void Trust_that_vanishes_while_it_waits_holds_no_certificate_back()
    {
        Ask("leaf", "ca");
        _table.Apply([Trust("1")]);
        Assert.True(_table.TryTake(out var first));
        _table.Apply([Trust("2"), Leaf("1")]);
        Assert.Empty(TakeAll());

        _table.Apply([new SecretSnapshot("ca", SecretStatus.Unavailable)]);
        _table.Settle(first.Nonce);

        Assert.Equal(["leaf"], TakeAll());
    }

    [Fact]
    public void Released_trust_holds_no_certificate_back()
    {
        Ask("leaf", "ca");
        _table.Apply([Trust("1")]);
        Assert.True(_table.TryTake(out _));
        _table.Apply([Trust("2"), Leaf("1")]);
        Assert.Empty(TakeAll());

        _table.Release("ca");

        Assert.Equal(["leaf"], TakeAll());
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

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Characters_of_names_are_limited_together(int length, bool isRefused)
    {
        Ask(new string('x', DeliveryTable.MaxNameCharacters - 1));

        var failure = Record.Exception(() => Ask(new string('y', length))) as SecretDiscoveryException;

        Assert.Equal(isRefused ? GrpcStatusCode.ResourceExhausted : null, failure?.Status);
    }

    [Fact]
    public void Name_beyond_the_limit_is_refused()
    {
        var table = new DeliveryTable(SecretDiscoveryProtocol.Delta, _time, new SecretDiscoveryOptions { MaxNamesPerStream = 1 });
        table.Ask("a", out _);

        var failure = Assert.Throws<SecretDiscoveryException>(() => table.Ask("b", out _));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Status);
    }

    [Fact]
    public void Nonces_of_another_stream_mean_nothing()
    {
        var other = new DeliveryTable(SecretDiscoveryProtocol.Delta, _time, new SecretDiscoveryOptions());
        other.Ask("a", out _);
        other.Apply([new SecretSnapshot("a", SecretStatus.Absent)]);
        Assert.True(other.TryTake(out var order));
        Ask("ca");
        _table.Apply([Trust("1")]);
        Assert.True(_table.TryTake(out _));

        Assert.Null(_table.Settle(order.Nonce));
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

    private static SecretSnapshot Leaf(string version) => Found("leaf", SecretKind.TlsCertificate, version);

    private static SecretSnapshot Trust(string version, string name = "ca") => Found(name, SecretKind.ValidationContext, version);

    private static SecretSnapshot Token(string version) => Found("token", SecretKind.Generic, version);

    // The table looks at kinds and versions only; any secret will do.
    private static SecretSnapshot Found(string name, SecretKind kind, string version) =>
        new(name, SecretStatus.Available) { Kind = kind, Secret = SdsSession.Generic(version), Version = new(version) };

    private void Ask(params string[] names)
    {
        foreach (var name in names)
        {
            _table.Ask(name, out _);
        }
    }

    private List<string> TakeAll()
    {
        List<string> names = [];
        while (_table.TryTake(out var order))
        {
            names.Add(order.Name);
        }

        return names;
    }
}
