using SecretProviders.Testing;

namespace SecretProviders.Tests.Aggregation;

public sealed class AggregateProviderTests
{
    [Fact]
    public async Task The_highest_source_that_has_it_wins()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.Both("a"));
        fixture.First.NotFound("a");
        var certificate = fixture.Issue();
        fixture.Second.Found("a", certificate);

        var snapshot = await fixture.Provider.GetAsync("a", TestContext.Current.CancellationToken);

        Assert.Equal(SecretStatus.Available, snapshot.Status);
        Assert.Same(certificate, snapshot.Secret);
        Assert.Equal("second", snapshot.Origins.Single().Source);
        Assert.NotEmpty(snapshot.Version.Value);
    }

    [Fact]
    public async Task An_outage_keeps_the_last_good_secret_as_stale()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.Both("a"));
        var certificate = fixture.Issue();
        fixture.First.Found("a", certificate);
        fixture.Second.Found("a", fixture.Issue());
        await using var reader = fixture.Read("a");
        await reader.WaitForAsync("a", static snapshot => snapshot.Status == SecretStatus.Available);

        fixture.First.Unavailable("a");

        var stale = await reader.WaitForAsync("a", static snapshot => snapshot.Status == SecretStatus.Stale);
        Assert.Same(certificate, stale.Secret);
        Assert.Equal(SecretProblemCode.Unavailable, stale.Problem!.Code);
    }

    [Fact]
    public async Task A_silent_higher_source_holds_the_lower_ones_back_for_its_first_answer()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.Both("a"));
        fixture.First.Silent("a");
        fixture.Second.Found("a", fixture.Issue());
        await using var reader = fixture.Read("a");
        await fixture.Second.WhenWatchedAsync("a");
        fixture.Clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(SecretStatus.Pending, fixture.Provider.Current("a").Status);

        fixture.Clock.Advance(TimeSpan.FromSeconds(0.1));

        // The aggregate may read what the second source says after the clock has moved.
        var snapshot = await reader.WaitForAsync("a", static snapshot => snapshot.Status == SecretStatus.Available);
        Assert.Equal("second", snapshot.Origins.Single().Source);
        Assert.Equal(SecretProblemCode.Unavailable, snapshot.Problem!.Code);
    }

    [Fact]
    public async Task A_name_that_no_route_takes_is_absent_and_harms_no_other()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.Found("a", fixture.Issue());
        await using var reader = fixture.Read("nobody", "../../etc/passwd", "a");

        Assert.Equal(SecretStatus.Available, (await reader.WaitForAsync("a")).Status);
        Assert.Equal(SecretStatus.Absent, fixture.Provider.Current("nobody").Status);
        Assert.Equal(SecretStatus.Absent, fixture.Provider.Current("../../etc/passwd").Status);
    }

    [Fact]
    public async Task A_rotation_reaches_the_subscriber_and_equal_content_does_not()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        var first = fixture.Issue();
        var second = fixture.Issue();
        fixture.First.Found("a", first);
        await using var reader = fixture.Read("a");
        await reader.WaitForAsync("a");

        fixture.First.Set("a", new SecretState.Found(first) { Origin = new SecretOrigin("first") { StoreVersion = "2" } });
        fixture.First.Found("a", second);

        var next = await reader.NextAsync();
        Assert.Same(second, next.Changes.Single().Secret);
        Assert.False(reader.HasNews);
    }

    [Fact]
    public async Task A_name_added_again_is_delivered_again()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.Found("a", fixture.Issue());
        await using var subscription = fixture.Provider.Subscribe(new SecretConsumer("c"), "a");
        await using var reader = subscription.Open();
        var before = await reader.WaitForAsync("a");

        subscription.Update(["a"], []);

        Assert.Equal(before.Version, (await reader.WaitForAsync("a")).Version);
    }

    [Fact]
    public async Task Routes_are_replaced_and_the_old_secret_stays_until_the_new_route_resolves()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        var old = fixture.Issue();
        fixture.First.Found("a", old);
        fixture.Second.Silent("a");
        await using var reader = fixture.Read("a");
        await reader.WaitForAsync("a");

        fixture.Provider.ReplaceRoutes([new SecretRoute("a", [new RouteReference("second")])]);
        await fixture.Second.WhenWatchedAsync("a");
        Assert.Same(old, fixture.Provider.Current("a").Secret);
        var next = fixture.Issue();
        fixture.Second.Found("a", next);

        Assert.Same(next, (await reader.WaitForAsync("a")).Secret);
        await fixture.First.WhenReleasedAsync("a");
    }

    [Fact]
    public async Task Routes_with_a_mistake_change_nothing()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.Found("a", fixture.Issue());
        await using var reader = fixture.Read("a");
        await reader.WaitForAsync("a");

        var error = Assert.Throws<SecretConfigurationException>(() => fixture.Provider.ReplaceRoutes([new SecretRoute("a", [new RouteReference("nowhere")])]));

        Assert.Contains("there is no source 'nowhere'", error.Message, StringComparison.Ordinal);
        Assert.Equal(SecretStatus.Available, fixture.Provider.Current("a").Status);
    }

    [Fact]
    public async Task A_source_that_throws_counts_as_unavailable_is_logged_once_and_started_again()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.Throw("a", new InvalidOperationException("marker-1234"));
        await using var reader = fixture.Read("a");
        await fixture.Logs.WaitForAsync(101);
        await fixture.Clock.WaitForTimersAsync(2);
        Assert.Equal("Unavailable", fixture.Provider.Explain("a").Sources.Single().State);
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await fixture.First.WhenReleasedAsync("a");
        await fixture.Clock.WaitForTimersAsync(2);

        fixture.First.Found("a", fixture.Issue());
        fixture.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(SecretStatus.Available, (await reader.WaitForAsync("a", static snapshot => snapshot.Secret is not null)).Status);
        Assert.Equal(1, fixture.Logs.EventIds.Count(static id => id == 101));
        Assert.False(fixture.Logs.Contains("marker-1234"));
    }

    [Fact]
    public async Task A_consumer_is_refused_more_names_than_it_may_hold_and_keeps_what_it_has()
    {
        await using var fixture = new AggregateFixture(new AggregateProviderOptions { NamesPerConsumer = 2 }, AggregateFixture.FirstOnly("**"));
        await using var subscription = fixture.Provider.Subscribe(new SecretConsumer("c"), "a", "b");

        Assert.Throws<SecretLimitException>(() => subscription.Update(["c"], []));
        subscription.Update(["c"], ["a"]);

        Assert.Equal(["a", "b", "c"], fixture.Provider.Names);
    }

    [Fact]
    public async Task A_name_lingers_after_its_last_reader_and_is_then_released()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.Found("a", fixture.Issue());
        await fixture.Provider.GetAsync("a");
        Assert.Equal(1, fixture.First.LiveWatchers("a"));

        fixture.Clock.Advance(TimeSpan.FromMinutes(5));

        await fixture.First.WhenReleasedAsync("a");
        Assert.Empty(fixture.Provider.Names);
    }

    [Fact]
    public async Task Absence_of_a_name_without_reader_is_forgotten_soon()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.NotFound("a");
        Assert.Equal(SecretStatus.Absent, (await fixture.Provider.GetAsync("a")).Status);

        fixture.Clock.Advance(TimeSpan.FromSeconds(5));

        await fixture.First.WhenReleasedAsync("a");
    }

    [Fact]
    public async Task The_name_idle_longest_makes_room()
    {
        await using var fixture = new AggregateFixture(new AggregateProviderOptions { IdleNames = 2 }, AggregateFixture.FirstOnly("*"));
        foreach (var name in (string[])["a", "b", "c"])
        {
            fixture.First.Found(name, fixture.Issue());
            await fixture.Provider.GetAsync(name);
        }

        await fixture.First.WhenReleasedAsync("a");
        Assert.Equal(["b", "c"], fixture.Provider.Names);
    }

    [Fact]
    public async Task A_route_without_room_denies_the_next_name_until_one_is_released()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("{x}") with { MaxNames = 1 });
        fixture.First.Found("a", fixture.Issue());
        fixture.First.Found("b", fixture.Issue());
        var first = fixture.Provider.Subscribe(new SecretConsumer("first"), "a");
        await fixture.Provider.GetAsync("a");
        await using var second = fixture.Read("b");
        Assert.Equal(SecretStatus.Denied, (await second.WaitForAsync("b")).Status);

        await first.DisposeAsync();
        fixture.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal(SecretStatus.Available, (await second.WaitForAsync("b", static snapshot => snapshot.Secret is not null)).Status);
    }

    [Fact]
    public async Task An_aggregate_nests_in_another_and_passes_its_states_on()
    {
        var inner = new AggregateFixture(AggregateFixture.FirstOnly("a") with { FirstAnswer = TimeSpan.FromSeconds(1) });
        var options = new AggregateProviderOptions();
        options.Routes.Add(new SecretRoute("a", [new RouteReference("inner")]));
        await using var outer = new AggregateProvider([KeyValuePair.Create<string, ISecretSource>("inner", inner.Provider)], options, inner.Clock);
        var certificate = inner.Issue();
        inner.First.Found("a", certificate);
        await using var reader = outer.Subscribe(new SecretConsumer("c"), "a").Open();
        Assert.Equal("first", (await reader.WaitForAsync("a")).Origins.Single().Source);

        inner.First.Unavailable("a");

        var stale = await reader.WaitForAsync("a", static snapshot => snapshot.Status == SecretStatus.Stale);
        Assert.Same(certificate, stale.Secret);
    }

    [Fact]
    public async Task A_nested_aggregate_that_may_answer_too_late_is_a_mistake()
    {
        var inner = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        await using var provider = inner.Provider;
        var options = new AggregateProviderOptions();
        options.Routes.Add(new SecretRoute("a", [new RouteReference("inner")]));

        var error = Assert.Throws<SecretConfigurationException>(() =>
            new AggregateProvider([KeyValuePair.Create<string, ISecretSource>("inner", inner.Provider)], options));

        Assert.Contains("shorter firstAnswer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_for_a_version_ends_when_the_quorum_of_live_consumers_uses_it()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.Found("a", fixture.Issue());
        await using var one = fixture.Provider.Subscribe(new SecretConsumer("1"), "a");
        await using var two = fixture.Provider.Subscribe(new SecretConsumer("2"), "a");
        var version = (await fixture.Provider.GetAsync("a")).Version;
        one.Report("a", version, SecretOutcome.Applied);

        Assert.True(await fixture.Provider.WaitAppliedAsync("a", version, 0.5, TimeSpan.FromSeconds(1)));
        var all = fixture.Provider.WaitAppliedAsync("a", version, 1, TimeSpan.FromSeconds(1));
        Assert.False(all.IsCompleted);
        two.Report("a", version, SecretOutcome.Applied);
        Assert.True(await all);
    }

    [Fact]
    public async Task Waiting_for_a_version_that_is_refused_ends_with_the_time_and_explain_names_the_refusal()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.Found("a", fixture.Issue());
        await using var one = fixture.Provider.Subscribe(new SecretConsumer("1") { NodeId = "edge-1" }, "a");
        var version = (await fixture.Provider.GetAsync("a")).Version;
        one.Report("a", version, SecretOutcome.Rejected, "key too small");
        var wait = fixture.Provider.WaitAppliedAsync("a", version, 1, TimeSpan.FromSeconds(1)).AsTask();

        fixture.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.False(await wait);
        Assert.Equal(["edge-1: key too small"], fixture.Provider.Explain("a").Rejections);
    }

    [Fact]
    public async Task Waiting_for_a_version_ends_when_the_last_consumer_that_lags_leaves()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.Found("a", fixture.Issue());
        await using var one = fixture.Provider.Subscribe(new SecretConsumer("1"), "a");
        var two = fixture.Provider.Subscribe(new SecretConsumer("2"), "a");
        var version = (await fixture.Provider.GetAsync("a")).Version;
        one.Report("a", version, SecretOutcome.Applied);
        var wait = fixture.Provider.WaitAppliedAsync("a", version, 1, TimeSpan.FromSeconds(1));
        Assert.False(wait.IsCompleted);

        await two.DisposeAsync();

        Assert.True(await wait);
    }

    [Fact]
    public async Task Explain_counts_who_was_sent_who_uses_who_refused_and_who_lags()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.Found("a", fixture.Issue());
        await using var uses = fixture.Provider.Subscribe(new SecretConsumer("1"), "a");
        await using var refuses = fixture.Provider.Subscribe(new SecretConsumer("2"), "a");
        await using var lags = fixture.Provider.Subscribe(new SecretConsumer("3"), "a");
        await using var reader = lags.Open();
        var version = (await reader.WaitForAsync("a")).Version;
        uses.Report("a", version, SecretOutcome.Applied);
        refuses.Report("a", version, SecretOutcome.Rejected, "no");

        var explanation = fixture.Provider.Explain("a");

        Assert.Equal((3, 2, 1, 1, 1), (explanation.Consumers, explanation.Sent, explanation.Applied, explanation.Rejected, explanation.Lagging));
    }

    [Fact]
    public async Task Explain_names_every_state_gate_and_the_winner()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.Both("a.example") with { Gates = new SecretGates { NameInSan = true, MaxBytes = 100_000 } });
        fixture.First.Found("a.example", fixture.Issue("b.example"));
        fixture.Second.Found("a.example", fixture.Issue("a.example"));
        await fixture.Provider.GetAsync("a.example");

        var explanation = fixture.Provider.Explain("a.example");

        Assert.Equal([false, true], explanation.Sources.Select(static source => source.Won));
        Assert.Contains(explanation.Sources[0].Gates, static gate => gate is { Gate: "nameInSan", Passed: false });
        Assert.All(explanation.Sources[1].Gates, static gate => Assert.True(gate.Passed));
        Assert.Contains("'second' wins", explanation.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_waits_for_every_name()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("*"));
        fixture.First.Found("a", fixture.Issue());
        var ready = fixture.Provider.WaitUntilReadyAsync(["a", "b"]).AsTask();
        await fixture.First.WhenWatchedAsync("b");
        Assert.False(ready.IsCompleted);

        fixture.First.Found("b", fixture.Issue());

        await ready.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Refresh_asks_the_source_for_what_the_name_means_there()
    {
        await using var fixture = new AggregateFixture(new SecretRoute("{x}", [new RouteReference("first") { Key = "tls/{x}" }]));
        fixture.First.Found("tls/a", fixture.Issue());
        await fixture.Provider.GetAsync("a");

        await fixture.Provider.RefreshAsync("first", "a");

        Assert.Equal("tls/a", fixture.First.Refreshes.Single()!.Key);
    }

    [Fact]
    public async Task Disposal_ends_readers_and_waiters_and_the_sources()
    {
        var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.Silent("a");
        await using var reader = fixture.Read("a");
        var waiter = fixture.Provider.GetAsync("a").AsTask();

        await fixture.DisposeAsync();
        await fixture.DisposeAsync();

        Assert.Null(await reader.TryNextAsync());
        Assert.Equal(SecretStatus.Pending, (await waiter).Status);
        Assert.True(fixture.First.IsDisposed);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await fixture.Provider.GetAsync("a"));
    }

    [Fact]
    public async Task A_source_that_fails_to_be_disposed_leaves_no_other_undisposed()
    {
        var (failing, other) = (new StrangeSource { Disposal = new InvalidOperationException("stuck") }, new ScriptedSecretSource("other"));
        var provider = new AggregateProvider(
            [KeyValuePair.Create<string, ISecretSource>("failing", failing), KeyValuePair.Create<string, ISecretSource>("other", other)],
            new AggregateProviderOptions());

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await provider.DisposeAsync());

        Assert.True(other.IsDisposed);
    }

    [Fact]
    public async Task Sources_work_without_the_ambient_values_of_the_first_reader()
    {
        var ambient = new AsyncLocal<string?>();
        var source = new StrangeSource { OnWatch = () => ambient.Value ?? "none" };
        var options = new AggregateProviderOptions();
        options.Routes.Add(new SecretRoute("a", [new RouteReference("strange")]) { Kind = SecretKind.Generic });
        await using var provider = new AggregateProvider([KeyValuePair.Create<string, ISecretSource>("strange", source)], options);
        ambient.Value = "the request of somebody";

        var secret = Assert.IsType<GenericSecret>((await provider.GetAsync("a")).Secret);

        Assert.Equal("none", System.Text.Encoding.UTF8.GetString(secret.Value!.GetSpan()));
    }

    [Fact]
    public async Task Disposal_takes_nothing_away_from_what_is_published()
    {
        var fixture = new AggregateFixture(AggregateFixture.FirstOnly("{x}") with { Trust = "{x}-ca", ChainsTo = ["{x}-ca"] });
        fixture.First.Found("a", fixture.Issue());
        await fixture.Provider.GetAsync("a");

        await fixture.DisposeAsync();

        Assert.Equal(SecretStatus.Available, fixture.Provider.Current("a").Status);
        Assert.DoesNotContain(fixture.Logs.Entries, static entry => entry.EventId.Id == 100 && entry.Message.Contains("Absent", StringComparison.Ordinal) && entry.Message.StartsWith("'a' ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cancelled_reader_completes_without_an_exception()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.Silent("a");
        await using var subscription = fixture.Provider.Subscribe(new SecretConsumer("c"), "a");
        using var cancellation = new CancellationTokenSource();
        var enumerator = subscription.ReadAllAsync(cancellation.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = enumerator.MoveNextAsync().AsTask();

        await cancellation.CancelAsync();

        Assert.False(await next);
    }
}
