using SecretProviders.Testing;

namespace SecretProviders.Tests.Aggregation;

/// <summary>What must survive a reload, and what must not survive a source that takes it back.</summary>
public sealed class ReloadAndRedactionTests
{
    [Fact]
    public async Task Stricter_gates_of_new_routes_let_the_next_source_win()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.Both("a"));
        fixture.First.Found("a", fixture.Issue("wrong"));
        var right = fixture.Issue("a");
        fixture.Second.Found("a", right);
        await using var reader = fixture.Read("a");
        await reader.WaitForAsync("a");

        fixture.Provider.ReplaceRoutes([AggregateFixture.Both("a") with { Gates = new SecretGates { NameInSan = true } }]);

        Assert.Same(right, (await reader.WaitForAsync("a", snapshot => ReferenceEquals(snapshot.Secret, right))).Secret);
    }

    [Fact]
    public async Task A_reload_leaves_the_last_trust_of_a_winner_without_trust()
    {
        var route = AggregateFixture.FirstOnly("a") with { Trust = "ca" };
        await using var fixture = new AggregateFixture(route);
        using var authority = new TestCertificateAuthority("CA", fixture.Clock);
        var one = authority.Issue("a");
        fixture.First.Found("a", one.Secret, one.Trust);
        await using var reader = fixture.Read("a", "ca");
        await reader.WaitForAsync("ca");
        var two = authority.Issue("a").Secret;
        fixture.First.Found("a", two);
        await reader.WaitForAsync("a", snapshot => ReferenceEquals(snapshot.Secret, two));
        Assert.Equal(SecretStatus.Available, fixture.Provider.Current("ca").Status);
        fixture.Provider.ReplaceRoutes([route]);
        Assert.Equal(SecretStatus.Available, fixture.Provider.Current("ca").Status);
    }

    [Theory]
    [InlineData("second", "first")]
    [InlineData("first", "second")]
    public async Task Another_source_on_the_route_leaves_the_last_trust_of_a_winner_without_trust(string higher, string lower)
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a") with { Trust = "ca" });
        using var authority = new TestCertificateAuthority("CA", fixture.Clock);
        var one = authority.Issue("a");
        fixture.First.Found("a", one.Secret, one.Trust);
        fixture.Second.NotFound("a");
        await using var reader = fixture.Read("a", "ca");
        await reader.WaitForAsync("ca");
        var two = authority.Issue("a").Secret;
        fixture.First.Found("a", two);
        await reader.WaitForAsync("a", snapshot => ReferenceEquals(snapshot.Secret, two));

        fixture.Provider.ReplaceRoutes([new SecretRoute("a", [new RouteReference(higher), new RouteReference(lower)]) { Trust = "ca" }]);
        await fixture.Second.WhenWatchedAsync("a");
        var three = authority.Issue("a").Secret;
        fixture.First.Found("a", three);
        await reader.WaitForAsync("a", snapshot => ReferenceEquals(snapshot.Secret, three));

        Assert.Equal((SecretStatus.Available, one.Trust), (fixture.Provider.Current("ca").Status, fixture.Provider.Current("ca").Secret));
    }

    [Fact]
    public async Task Trust_that_is_redacted_before_new_routes_decide_does_not_come_back()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a") with { Trust = "ca" });
        using var authority = new TestCertificateAuthority("CA", fixture.Clock);
        var one = authority.Issue("a");
        fixture.First.Found("a", one.Secret, one.Trust);
        fixture.Second.Silent("a");
        await using var reader = fixture.Read("a", "ca");
        await reader.WaitForAsync("ca");

        fixture.Provider.ReplaceRoutes([new SecretRoute("a", [new RouteReference("second"), new RouteReference("first")]) { Trust = "ca" }]);
        fixture.First.Removed("a", RemovalReason.Redacted);
        while (fixture.Provider.Explain("a").Sources[1].HasLastGood)
        {
            await Task.Yield();
        }

        fixture.First.Found("a", one.Secret);
        fixture.Second.NotFound("a");

        Assert.Equal(SecretStatus.Absent, (await reader.WaitForAsync("ca", static snapshot => snapshot.Secret is null)).Status);
        while (fixture.Provider.Current("a").Status != SecretStatus.Available)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task What_no_source_of_the_new_routes_has_goes()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.Found("a", fixture.Issue());
        fixture.Second.NotFound("a");
        await using var reader = fixture.Read("a");
        await reader.WaitForAsync("a");

        fixture.Provider.ReplaceRoutes([new SecretRoute("a", [new RouteReference("second")])]);

        Assert.Equal(SecretStatus.Absent, (await reader.WaitForAsync("a", static snapshot => snapshot.Secret is null)).Status);
    }

    [Fact]
    public async Task A_redaction_does_not_wait_for_the_trust_of_a_new_gate()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.Found("a", fixture.Issue());
        fixture.Second.Silent("trust");
        await using var reader = fixture.Read("a");
        await reader.WaitForAsync("a");
        fixture.Provider.ReplaceRoutes(
        [
            AggregateFixture.FirstOnly("a") with { Gates = new SecretGates { ChainToTrust = "trust" } },
            new SecretRoute("trust", [new RouteReference("second")]),
        ]);

        fixture.First.Removed("a", RemovalReason.Revoked);

        Assert.Equal(SecretStatus.Absent, (await reader.WaitForAsync("a", static snapshot => snapshot.Secret is null)).Status);
    }

    [Fact]
    public async Task Two_references_that_mean_the_same_are_both_heard_after_a_reload()
    {
        var route = new SecretRoute("{x}", [new RouteReference("first"), new RouteReference("first") { Key = "{x}" }]);
        await using var fixture = new AggregateFixture(route);
        fixture.First.Found("a", fixture.Issue());
        await using var reader = fixture.Read("a");
        await reader.WaitForAsync("a");
        fixture.Provider.ReplaceRoutes([route]);

        fixture.First.Removed("a", RemovalReason.Revoked);

        // Each is heard in its own time, and the name is absent when both have been.
        Assert.Null((await reader.WaitForAsync("a", static snapshot => snapshot.Status == SecretStatus.Absent)).Secret);
    }

    [Fact]
    public async Task A_redacted_anchor_goes_although_a_published_leaf_chains_to_it()
    {
        var leaf = AggregateFixture.FirstOnly("leaf") with { ChainsTo = ["trust"] };
        var trust = AggregateFixture.Both("trust") with { Rule = SecretRule.Union };
        await using var fixture = new AggregateFixture(leaf, trust);
        using var old = new TestCertificateAuthority("Old", fixture.Clock);
        using var other = new TestCertificateAuthority("Other", fixture.Clock);
        fixture.First.Found("leaf", old.Issue("leaf").Secret);
        fixture.First.Found("trust", old.Trust);
        fixture.Second.Found("trust", other.Trust);
        await using var reader = fixture.Read("trust", "leaf");
        await reader.WaitForAsync("trust", static snapshot => snapshot.Secret is ValidationContext { TrustAnchors.Length: 2 });
        await reader.WaitForAsync("leaf");
        fixture.First.Set("trust", new SecretState.Removed(RemovalReason.Revoked));
        var last = await reader.WaitForAsync("trust", static snapshot => snapshot.Origins.Length == 1);
        Assert.Equal(other.Trust.TrustAnchors, ((ValidationContext)last.Secret!).TrustAnchors);
    }
}
