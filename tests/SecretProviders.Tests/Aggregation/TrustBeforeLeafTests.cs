using SecretProviders.Testing;

namespace SecretProviders.Tests.Aggregation;

public sealed class TrustBeforeLeafTests : IDisposable
{
    private static readonly SecretRoute Leaf = AggregateFixture.FirstOnly("leaf") with { ChainsTo = ["trust"] };
    private static readonly SecretRoute Trust = AggregateFixture.FirstOnly("trust") with { Kind = SecretKind.ValidationContext };
    private readonly TestCertificateAuthority _old = new("Old CA", new ManualTimeProvider());
    private readonly TestCertificateAuthority _new = new("New CA", new ManualTimeProvider());

    [Fact]
    public async Task The_trust_of_the_same_answer_is_published_under_its_own_name_before_the_leaf()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("{x}") with { Trust = "{x}-cacert" });
        var certificate = _old.Issue("foo");
        fixture.First.Found("foo", certificate.Secret, certificate.Trust);
        await using var reader = fixture.Read("foo", "foo-cacert");

        await reader.WaitForAsync("foo");

        Assert.Equal(["foo-cacert", "foo"], reader.History.SelectMany(static batch => batch.Changes).Select(static change => change.Name));
        Assert.Equal(certificate.Trust, fixture.Provider.Current("foo-cacert").Secret);
        Assert.Equal(1, fixture.First.LiveWatchers("foo"));
        Assert.Equal(0, fixture.First.LiveWatchers("foo-cacert"));
    }

    [Fact]
    public async Task A_name_that_was_idle_stays_watched_while_another_needs_it()
    {
        var leaf = AggregateFixture.FirstOnly("leaf") with { Gates = new SecretGates { ChainToTrust = "trust" } };
        await using var fixture = new AggregateFixture(leaf, Trust);
        fixture.First.Found("trust", _old.Trust);
        fixture.First.Found("leaf", _old.Issue("leaf").Secret);
        await fixture.Provider.GetAsync("trust");
        await using var reader = fixture.Read("leaf");
        await reader.WaitForAsync("leaf");

        fixture.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, fixture.First.LiveWatchers("trust"));
        Assert.Equal(SecretStatus.Available, fixture.Provider.Current("trust").Status);
    }

    [Fact]
    public async Task A_trust_name_alone_creates_demand_for_its_leaf_and_releases_it()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("{x}") with { Trust = "{x}-cacert" });
        var certificate = _old.Issue("foo");
        fixture.First.Found("foo", certificate.Secret, certificate.Trust);

        Assert.Equal(certificate.Trust, (await fixture.Provider.GetAsync("foo-cacert")).Secret);
        fixture.Clock.Advance(TimeSpan.FromMinutes(11));

        await fixture.First.WhenReleasedAsync("foo");
    }

    [Fact]
    public async Task A_winner_without_trust_leaves_the_last_published_trust()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("foo") with { Trust = "ca" });
        var certificate = _old.Issue("foo");
        fixture.First.Found("foo", certificate.Secret, certificate.Trust);
        await using var reader = fixture.Read("foo", "ca");
        await reader.WaitForAsync("foo");

        fixture.First.Found("foo", _old.Issue("foo").Secret);
        await reader.WaitForAsync("foo");

        Assert.Equal(certificate.Trust, fixture.Provider.Current("ca").Secret);
    }

    [Fact]
    public async Task Trust_outlives_a_deleted_leaf_for_its_grace_and_not_a_redacted_one()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("{x}") with { Trust = "{x}-cacert" });
        var certificate = _old.Issue("foo");
        fixture.First.Found("deleted", certificate.Secret, certificate.Trust);
        fixture.First.Found("redacted", certificate.Secret, certificate.Trust);
        await using var deleted = fixture.Read("deleted", "deleted-cacert");
        await using var redacted = fixture.Read("redacted", "redacted-cacert");
        await deleted.WaitForAsync("deleted");
        await redacted.WaitForAsync("redacted");

        fixture.First.Removed("deleted");
        fixture.First.Removed("redacted", RemovalReason.Redacted);

        await deleted.WaitForAsync("deleted", static snapshot => snapshot.Status == SecretStatus.Absent);
        await redacted.WaitForAsync("redacted", static snapshot => snapshot.Status == SecretStatus.Absent);
        Assert.Equal(SecretStatus.Absent, fixture.Provider.Current("deleted").Status);
        Assert.Equal(SecretStatus.Stale, fixture.Provider.Current("deleted-cacert").Status);
        Assert.Equal(SecretStatus.Absent, fixture.Provider.Current("redacted-cacert").Status);
        fixture.Clock.Advance(TimeSpan.FromHours(48));
        Assert.Equal(SecretStatus.Absent, fixture.Provider.Current("deleted-cacert").Status);
    }

    [Fact]
    public async Task A_leaf_of_a_new_authority_waits_for_the_subscribed_trust()
    {
        await using var fixture = new AggregateFixture(Leaf, Trust);
        await using var reader = await StartAsync(fixture);
        var next = _new.Issue("leaf").Secret;

        fixture.First.Found("leaf", next);
        await UntilHeldAsync(fixture);
        Assert.NotSame(next, fixture.Provider.Current("leaf").Secret);
        fixture.First.Found("trust", Both());

        Assert.Same(next, (await reader.WaitForAsync("leaf")).Secret);
        var order = reader.History.SelectMany(static batch => batch.Changes).Select(static change => change.Name).TakeLast(2);
        Assert.Equal(["trust", "leaf"], order);
    }

    [Fact]
    public async Task A_leaf_is_held_for_the_group_hold_at_most()
    {
        await using var fixture = new AggregateFixture(Leaf, Trust);
        await using var reader = await StartAsync(fixture);
        var next = _new.Issue("leaf").Secret;
        fixture.First.Found("leaf", next);
        await UntilHeldAsync(fixture);

        fixture.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Same(next, (await reader.WaitForAsync("leaf")).Secret);
        Assert.Contains(102, fixture.Logs.EventIds);
    }

    [Fact]
    public async Task Trust_that_nobody_subscribes_to_holds_nothing_back()
    {
        await using var fixture = new AggregateFixture(Leaf, Trust);
        fixture.First.Found("trust", _old.Trust);
        var leaf = _new.Issue("leaf").Secret;
        fixture.First.Found("leaf", leaf);

        Assert.Same(leaf, (await fixture.Provider.GetAsync("leaf")).Secret);
    }

    [Fact]
    public async Task An_anchor_is_not_withdrawn_while_a_published_leaf_chains_to_it_and_a_while_longer()
    {
        await using var fixture = new AggregateFixture(Leaf, Trust);
        await using var reader = await StartAsync(fixture);

        fixture.First.Found("trust", _new.Trust);
        var kept = (ValidationContext)(await reader.WaitForAsync("trust")).Secret!;
        Assert.Equal([_new.Certificate, _old.Certificate], kept.TrustAnchors);
        fixture.First.Found("leaf", _new.Issue("leaf").Secret);
        await reader.WaitForAsync("leaf");
        Assert.Equal(2, ((ValidationContext)fixture.Provider.Current("trust").Secret!).TrustAnchors.Length);

        fixture.Clock.Advance(TimeSpan.FromSeconds(5));

        var bare = (ValidationContext)(await reader.WaitForAsync("trust")).Secret!;
        Assert.Equal([_new.Certificate], bare.TrustAnchors);
    }

    [Fact]
    public async Task An_anchor_goes_with_the_last_leaf_that_needed_it()
    {
        await using var fixture = new AggregateFixture(Leaf, Trust);
        fixture.First.Found("trust", _old.Trust);
        fixture.First.Found("leaf", _old.Issue("leaf").Secret);
        await using var reader = fixture.Read("trust");
        await reader.WaitForAsync("trust");
        await fixture.Provider.GetAsync("leaf");
        fixture.First.Found("trust", _new.Trust);
        await reader.WaitForAsync("trust");
        Assert.Contains(_old.Certificate, Anchors(fixture));

        // Nobody has asked for the leaf for longer than it lingers.
        fixture.Clock.Advance(TimeSpan.FromHours(1));

        await reader.WaitForAsync("trust", snapshot => !((ValidationContext)snapshot.Secret!).AllAnchors.Contains(_old.Certificate));
        Assert.Equal([_new.Certificate], Anchors(fixture));
    }

    [Fact]
    public async Task Redacted_trust_is_withdrawn_at_once()
    {
        await using var fixture = new AggregateFixture(Leaf, Trust);
        await using var reader = await StartAsync(fixture);

        fixture.First.Removed("trust", RemovalReason.Redacted);

        Assert.Equal(SecretStatus.Absent, (await reader.WaitForAsync("trust")).Status);
    }

    [Fact]
    public async Task A_leaf_is_judged_again_when_the_trust_that_its_gate_names_arrives()
    {
        await using var fixture = new AggregateFixture(
            AggregateFixture.FirstOnly("leaf") with { Gates = new SecretGates { ChainToTrust = "trust" } }, Trust);
        fixture.First.Silent("trust");
        var leaf = _old.Issue("leaf").Secret;
        fixture.First.Found("leaf", leaf);
        await using var reader = fixture.Read("leaf");
        await fixture.First.WhenWatchedAsync("trust");
        fixture.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(SecretProblemCode.Untrusted, (await reader.WaitForAsync("leaf", static snapshot => snapshot.Status == SecretStatus.Invalid)).Problem!.Code);

        fixture.First.Found("trust", _old.Trust);

        Assert.Same(leaf, (await reader.WaitForAsync("leaf")).Secret);
    }

    [Fact]
    public async Task The_anchor_of_a_leaf_that_was_replaced_stays_for_the_hold()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("leaf") with { ChainsTo = ["trust"] }, Trust);
        fixture.First.Found("trust", Both());
        fixture.First.Found("leaf", _old.Issue("leaf").Secret);
        await using var reader = fixture.Read("trust", "leaf");
        await reader.WaitForAsync("leaf");
        var leaf = _new.Issue("leaf").Secret;
        fixture.First.Found("leaf", leaf);
        await reader.WaitForAsync("leaf", snapshot => ReferenceEquals(snapshot.Secret, leaf));

        fixture.First.Found("trust", _new.Trust);

        // What is kept comes behind what is wanted.
        await reader.WaitForAsync("trust", snapshot => snapshot.Secret is ValidationContext trust && trust.TrustAnchors.SequenceEqual([_new.Certificate, _old.Certificate]));
        fixture.Clock.Advance(TimeSpan.FromSeconds(5));
        await reader.WaitForAsync("trust", snapshot => snapshot.Secret is ValidationContext trust && trust.TrustAnchors.SequenceEqual([_new.Certificate]));
    }

    [Fact]
    public async Task A_leaf_is_not_refused_while_the_trust_that_its_gate_names_may_still_come()
    {
        await using var fixture = new AggregateFixture(
            AggregateFixture.FirstOnly("leaf") with { Gates = new SecretGates { ChainToTrust = "trust" } }, Trust);
        fixture.First.Silent("trust");
        var leaf = _old.Issue("leaf").Secret;
        fixture.First.Found("leaf", leaf);
        var asked = fixture.Provider.GetAsync("leaf").AsTask();
        while (fixture.Provider.Explain("leaf").Sources[0].State == "Pending")
        {
            await Task.Yield();
        }

        fixture.First.Found("trust", _old.Trust);

        Assert.Same(leaf, (await asked).Secret);
    }

    private static IEnumerable<EncodedCertificate> Anchors(AggregateFixture fixture) =>
        ((ValidationContext)fixture.Provider.Current("trust").Secret!).AllAnchors;

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
    }

    private ValidationContext Both() => new() { TrustAnchors = [_old.Certificate, _new.Certificate] };

    private async Task<SecretSnapshotReader> StartAsync(AggregateFixture fixture)
    {
        fixture.First.Found("trust", _old.Trust);
        fixture.First.Found("leaf", _old.Issue("leaf").Secret);

        // Trust first, so that the leaf is not held at its start already.
        await fixture.Provider.GetAsync("trust");
        var reader = fixture.Read("trust", "leaf");
        await reader.WaitForAsync("leaf");
        return reader;
    }

    // The event is logged in the middle of the decision; explaining waits for its end.
    private static async Task UntilHeldAsync(AggregateFixture fixture)
    {
        await fixture.Logs.WaitForAsync(107);
        Assert.Contains("It is held", fixture.Provider.Explain("leaf").Reason, StringComparison.Ordinal);
    }
}
