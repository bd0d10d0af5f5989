using SecretProviders.Testing;

namespace SecretProviders.Tests.Aggregation;

/// <summary>Places on routes, ticks that meet many names at once, and what a reload must not keep.</summary>
public sealed class AggregateEdgeTests
{
    private const int Rounds = 20;

    [Fact]
    public async Task A_name_that_was_turned_away_gets_the_place_that_a_reload_frees()
    {
        var full = AggregateFixture.FirstOnly("{x}") with { MaxNames = 1 };
        for (var round = 0; round < Rounds; round++)
        {
            var (first, second) = ($"a{round}", $"b{round}");
            await using var fixture = Start(first, second, full);
            await using var subscription = fixture.Provider.Subscribe(new SecretConsumer("c"), first, second);
            await fixture.Provider.WaitUntilReadyAsync([first]);

            fixture.Provider.ReplaceRoutes([AggregateFixture.FirstOnly(first), full]);

            await fixture.Provider.WaitUntilReadyAsync([first, second]).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task Names_that_exchange_full_routes_are_both_watched_still()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (first, second) = ($"a{round}", $"b{round}");
            var rest = Full("{x}");
            await using var fixture = Start(first, second, Full(first), rest);
            await using var subscription = fixture.Provider.Subscribe(new SecretConsumer("c"), first, second);
            await fixture.Provider.WaitUntilReadyAsync([first, second]);

            fixture.Provider.ReplaceRoutes([Full(second), rest]);

            Assert.All([first, second], name => Assert.Single(fixture.Provider.Explain(name).Sources));
        }
    }

    [Theory]
    [InlineData(5, 0)]
    [InlineData(8, 1)]
    [InlineData(12, 2)]
    [InlineData(40, 3)]
    public async Task A_tick_at_which_many_leaves_and_their_trust_are_due_ends(int count, int seed)
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("{x}") with { Trust = "{x}-ca" });
        var names = Enumerable.Range(0, count).SelectMany(static index => (string[])[$"n{index}", $"n{index}-ca"]).ToArray();
        new Random(seed).Shuffle(names);
        foreach (var name in names)
        {
            fixture.First.Silent(name);
        }

        await using var subscription = fixture.Provider.Subscribe(new SecretConsumer("c"), names);

        await Task.Run(() => fixture.Clock.Advance(TimeSpan.FromSeconds(6))).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.All(names, name => Assert.Equal(SecretStatus.Unavailable, fixture.Provider.Current(name).Status));
    }

    [Fact]
    public async Task A_secret_carried_over_a_reload_goes_when_its_source_revokes_it()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.Both("x"));
        fixture.First.Found("x", fixture.Issue("x"));
        fixture.Second.Unavailable("x", "down");
        await using var reader = fixture.Read("x");
        await reader.WaitForAsync("x");
        fixture.Provider.ReplaceRoutes([AggregateFixture.Both("x") with { Gates = new SecretGates { MaxBytes = 1 } }]);
        Assert.NotNull(fixture.Provider.Current("x").Secret);

        fixture.First.Removed("x", RemovalReason.Revoked);

        Assert.Null((await reader.WaitForAsync("x", static snapshot => snapshot.Secret is null)).Secret);
    }

    [Theory]
    [InlineData("{x}", "{x}-ca", "other")]
    [InlineData("a/{x}", "b/{x}", "b/{x}")]
    public void Trust_that_needs_trust_in_turn_is_a_mistake(string pattern, string trust, string second)
    {
        var other = AggregateFixture.FirstOnly(second) with { Gates = new SecretGates { ChainToTrust = "a/x" } };

        var error = Assert.Throws<SecretConfigurationException>(() =>
            new AggregateFixture(other, AggregateFixture.FirstOnly(pattern) with { Gates = new SecretGates { ChainToTrust = trust } }));

        Assert.Contains($"Route '{pattern}': gates.chainToTrust: '{trust}' is taken by a route that has the gate itself", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_whose_gate_names_trust_that_no_route_takes_is_pending_until_its_source_answers()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("leaf/{x}") with { Gates = new SecretGates { ChainToTrust = "ca/{x}" } });
        fixture.First.Silent("leaf/a");

        await using var reader = fixture.Read("leaf/a");

        Assert.Equal(SecretStatus.Absent, fixture.Provider.Current("ca/a").Status);
        Assert.Equal(SecretStatus.Pending, fixture.Provider.Current("leaf/a").Status);
    }

    [Fact]
    public async Task A_name_that_is_null_is_refused_and_leaves_nothing_behind()
    {
        await using var fixture = new AggregateFixture(new AggregateProviderOptions { NamesPerConsumer = 1 }, AggregateFixture.FirstOnly("{x}"));
        var consumer = new SecretConsumer("c");

        Assert.Throws<ArgumentNullException>(() => fixture.Provider.Subscribe(consumer, (string)null!));

        await using var subscription = fixture.Provider.Subscribe(consumer, "a");
        Assert.Equal(["a"], fixture.Provider.Names);
    }

    [Fact]
    public async Task Names_that_go_cost_no_decision_of_every_name_that_waits_for_room()
    {
        const int Names = 200;
        var clock = new CountingClock();
        var options = new AggregateProviderOptions { Linger = TimeSpan.FromSeconds(1), NegativeCache = TimeSpan.Zero, NamesPerConsumer = 2 * Names };
        options.Routes.Add(AggregateFixture.FirstOnly("{x}") with { MaxNames = Names });
        await using var source = new ScriptedSecretSource("first");
        await using var provider = new AggregateProvider([KeyValuePair.Create<string, ISecretSource>("first", source)], options, clock);
        await using var subscription = provider.Subscribe(new SecretConsumer("test"), Enumerable.Range(0, 2 * Names).Select(static name => $"n{name}"));
        subscription.Update([], Enumerable.Range(0, Names).Select(static name => $"n{name}"));
        var before = clock.Looks;

        clock.Inner.Advance(TimeSpan.FromSeconds(1));

        // The timer may fire on another thread, and the names that waited come after those that go.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (provider.Explain($"n{(2 * Names) - 1}").Sources.Length == 0)
        {
            await Task.Delay(20, patience.Token);
        }

        Assert.InRange(clock.Looks - before, 1, Names * 50);
        Assert.All(Enumerable.Range(Names, Names), name => Assert.Single(provider.Explain($"n{name}").Sources));
    }

    private static SecretRoute Full(string pattern) => AggregateFixture.FirstOnly(pattern) with { MaxNames = 1 };

    private static AggregateFixture Start(string first, string second, params SecretRoute[] routes)
    {
        var fixture = new AggregateFixture(routes);
        fixture.First.Found(first, fixture.Issue());
        fixture.First.Found(second, fixture.Issue());
        return fixture;
    }
}
