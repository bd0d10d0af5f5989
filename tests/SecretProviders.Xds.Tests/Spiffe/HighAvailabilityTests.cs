using static SecretProviders.Xds.Tests.Spiffe.TwoAgents;

namespace SecretProviders.Xds.Tests.Spiffe;

/// <summary>Two SPIREs as one, by a route of the first that answers and a union: no option of the source is needed.</summary>
public sealed class HighAvailabilityTests
{
    [Fact]
    public async Task Svid_is_the_firsts_and_the_bundles_of_both_are_one_trust()
    {
        await using var agents = new TwoAgents();
        await StartAsync(agents.A);
        await StartAsync(agents.B);

        await agents.UntilTrustInAsync(agents.A, agents.B);
        await agents.UntilLeafOfAsync(agents.A);

        Assert.False(agents.Provider.Current(Trust).IsPartial);
    }

    [Fact]
    public async Task Both_may_be_down_at_start_and_either_one_suffices()
    {
        await using var agents = new TwoAgents();
        await agents.UntilAsync(Leaf, static snapshot => snapshot.Status == SecretStatus.Unavailable);
        await agents.UntilAsync(Trust, static snapshot => snapshot.Status == SecretStatus.Unavailable);

        await StartAsync(agents.B);
        await agents.UntilTrustInAsync(agents.B);
        await agents.UntilLeafOfAsync(agents.B);
        Assert.True(agents.Provider.Current(Trust).IsPartial);

        await StartAsync(agents.A);
        await agents.UntilTrustInAsync(agents.A, agents.B);
        await agents.UntilLeafOfAsync(agents.A);
    }

    [Fact]
    public async Task Outage_of_one_takes_nothing_from_the_consumer()
    {
        await using var agents = new TwoAgents();
        await StartAsync(agents.A);
        await StartAsync(agents.B);
        await agents.UntilTrustInAsync(agents.A, agents.B);
        await agents.UntilLeafOfAsync(agents.A);
        var trust = agents.Provider.Current(Trust).Version;

        // What is published may not have been told yet.
        await agents.WhenToldAsync(snapshot => snapshot.Name == Trust && snapshot.Version == trust);
        await agents.WhenToldAsync(snapshot => snapshot.Secret?.Equals(agents.A.Current) == true);
        var before = agents.Told.Length;

        await agents.A.Server.KillAsync();
        await agents.UntilLeafOfAsync(agents.B);
        await agents.B.ServeAsync();
        await agents.UntilLeafOfAsync(agents.B);

        Assert.All(agents.Told.Skip(before), snapshot => Assert.True(snapshot.Secret is not null && (snapshot.Name == Leaf || snapshot.Version == trust), snapshot.ToString()));
        Assert.Equal(trust, agents.Provider.Current(Trust).Version);
    }

    [Fact]
    public async Task First_that_comes_back_serves_again()
    {
        await using var agents = new TwoAgents();
        await StartAsync(agents.A);
        await StartAsync(agents.B);
        await agents.UntilLeafOfAsync(agents.A);
        await agents.A.Server.KillAsync();
        await agents.UntilLeafOfAsync(agents.B);

        await StartAsync(agents.A);

        await agents.UntilLeafOfAsync(agents.A);
    }

    [Fact]
    public async Task Outage_of_both_keeps_what_was_last_good()
    {
        await using var agents = new TwoAgents();
        await StartAsync(agents.A);
        await StartAsync(agents.B);
        await agents.UntilTrustInAsync(agents.A, agents.B);
        await agents.UntilLeafOfAsync(agents.A);

        await agents.A.Server.KillAsync();
        await agents.UntilLeafOfAsync(agents.B);
        await agents.B.Server.KillAsync();
        await agents.UntilAsync(Leaf, static snapshot => snapshot.Status == SecretStatus.Stale);

        Assert.NotNull(agents.Provider.Current(Leaf).Secret);
        await agents.UntilTrustInAsync(agents.A, agents.B);
    }

    [Fact]
    public async Task Redaction_at_one_gives_way_to_the_other_and_leaves_the_trust_of_both()
    {
        await using var agents = new TwoAgents();
        await StartAsync(agents.A);
        await StartAsync(agents.B);
        await agents.UntilTrustInAsync(agents.A, agents.B);
        await agents.UntilLeafOfAsync(agents.A);

        agents.A.Server.Refused = IWorkloadServer.Svids;
        await agents.A.ServeAsync();

        await agents.UntilLeafOfAsync(agents.B);
        await agents.UntilTrustInAsync(agents.A, agents.B);
    }

    [Fact]
    public async Task Trust_comes_before_every_leaf_that_needs_it()
    {
        await using var agents = new TwoAgents();
        await StartAsync(agents.B);
        await agents.UntilLeafOfAsync(agents.B);
        await StartAsync(agents.A);
        await agents.UntilLeafOfAsync(agents.A);

        var leaf = await agents.WhenToldAsync(snapshot => snapshot.Secret?.Equals(agents.A.Current) == true);
        var trust = await agents.WhenToldAsync(snapshot => snapshot.Secret is ValidationContext context && context.AllAnchors.Contains(agents.A.Authority.Certificate));

        Assert.InRange(trust, 0, leaf);
    }
}
