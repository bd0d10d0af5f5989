namespace SecretProviders.Testing.Tests;

public sealed class FakeSecretProviderTests : IAsyncDisposable
{
    private static readonly SecretConsumer Consumer = new("test");
    private static readonly GenericSecret One = Generic(1);
    private static readonly GenericSecret Two = Generic(2);
    private readonly FakeSecretProvider _provider = new() { NamesPerConsumer = 3 };

    [Fact]
    public void A_name_that_was_never_set_is_absent()
    {
        Assert.Equal(SecretStatus.Absent, _provider.Current("a").Status);
    }

    [Fact]
    public void Equal_secrets_have_equal_versions()
    {
        _provider.Set("a", One);
        _provider.Set("b", Generic(1));
        _provider.Set("c", Two);

        Assert.Equal(_provider.Current("a").Version, _provider.Current("b").Version);
        Assert.NotEqual(_provider.Current("a").Version, _provider.Current("c").Version);
    }

    [Fact]
    public void Stale_keeps_the_secret_and_absent_does_not()
    {
        _provider.Set("a", One);
        _provider.SetStatus("a", SecretStatus.Stale, new SecretProblem(SecretProblemCode.Unavailable, "down"));
        Assert.Equal(One, _provider.Current("a").Secret);

        _provider.Remove("a");

        Assert.Null(_provider.Current("a").Secret);
    }

    [Fact]
    public async Task Getting_waits_only_while_pending()
    {
        _provider.SetStatus("a", SecretStatus.Pending);
        var getting = _provider.GetAsync("a").AsTask();
        Assert.False(getting.IsCompleted);

        _provider.Set("a", One);

        Assert.Equal(One, (await getting).Secret);
    }

    [Fact]
    public async Task A_subscription_begins_with_what_is_known()
    {
        _provider.Set("a", One);
        await using var subscription = _provider.Subscribe(Consumer, "a", "b");
        await using var reader = subscription.Open();

        var batch = await reader.NextAsync();

        Assert.Equal([("a", SecretStatus.Available), ("b", SecretStatus.Absent)], batch.Changes.Select(static change => (change.Name, change.Status)));
    }

    [Fact]
    public async Task A_slow_reader_gets_the_latest_once()
    {
        await using var subscription = _provider.Subscribe(Consumer, "a");
        await using var reader = subscription.Open();
        await reader.NextAsync();

        _provider.Set("a", One);
        _provider.Remove("a");
        _provider.Set("a", Two);
        var batch = await reader.WaitForAsync("a", static snapshot => snapshot.Secret == Two);

        Assert.Equal(3, batch.Revision);
        Assert.True(reader.History.Length <= 3);
        Assert.False(reader.HasNews);
    }

    [Fact]
    public async Task Trust_comes_first_in_a_batch()
    {
        using var authority = new TestCertificateAuthority();
        _provider.Set("a", authority.Issue().Secret);
        _provider.Set("z", authority.Trust);
        await using var subscription = _provider.Subscribe(Consumer, "a", "z");
        await using var reader = subscription.Open();

        Assert.Equal(["z", "a"], (await reader.NextAsync()).Changes.Select(static change => change.Name));
    }

    [Fact]
    public async Task A_pending_name_comes_when_it_resolves()
    {
        _provider.SetStatus("a", SecretStatus.Pending);
        await using var subscription = _provider.Subscribe(Consumer, "a");
        await using var reader = subscription.Open();
        Assert.False(reader.HasNews);

        _provider.Set("a", One);

        Assert.Equal(One, Assert.Single((await reader.NextAsync()).Changes).Secret);
    }

    [Fact]
    public async Task An_equal_secret_is_no_event()
    {
        _provider.Set("a", One);
        await using var subscription = _provider.Subscribe(Consumer, "a");
        await using var reader = subscription.Open();
        await reader.NextAsync();

        _provider.Set("a", Generic(1));
        _provider.Set("a", Two);

        Assert.Equal(2, (await reader.NextAsync()).Revision);
    }

    [Fact]
    public async Task Names_change_while_a_subscription_is_read()
    {
        await using var subscription = _provider.Subscribe(Consumer, "a");
        await using var reader = subscription.Open();
        await reader.NextAsync();

        subscription.Update(add: ["b"], remove: ["a"]);
        _provider.Set("a", One);

        Assert.Equal("b", Assert.Single((await reader.NextAsync()).Changes).Name);
        Assert.Equal((0, 1), (_provider.Subscribers("a"), _provider.Subscribers("b")));
    }

    [Fact]
    public async Task A_held_name_that_is_added_is_delivered_again()
    {
        await using var subscription = _provider.Subscribe(Consumer, "a");
        await using var reader = subscription.Open();
        await reader.NextAsync();

        subscription.Update(add: ["a"], remove: []);

        Assert.Equal("a", Assert.Single((await reader.NextAsync()).Changes).Name);
    }

    [Fact]
    public async Task A_consumer_at_its_limit_is_refused_and_keeps_its_names()
    {
        await using var subscription = _provider.Subscribe(Consumer, "a", "b", "c");

        Assert.Throws<SecretLimitException>(() => subscription.Update(add: ["d"], remove: []));

        Assert.Equal((1, 0), (_provider.Subscribers("c"), _provider.Subscribers("d")));
    }

    [Fact]
    public async Task Reports_are_recorded_and_awaited()
    {
        await using var subscription = _provider.Subscribe(Consumer, "a");
        var reported = _provider.WhenReportedAsync(static report => report.Outcome == SecretOutcome.Rejected);

        subscription.Report("a", new SecretVersion("1"), SecretOutcome.Applied);
        subscription.Report("a", new SecretVersion("2"), SecretOutcome.Rejected, "no");

        Assert.Equal(new SecretReport(Consumer, "a", new SecretVersion("2"), SecretOutcome.Rejected, "no"), await reported);
        Assert.Equal(2, _provider.Reports.Length);
    }

    [Fact]
    public async Task Subscribing_and_leaving_can_be_awaited()
    {
        var subscribed = _provider.WhenSubscribedAsync("a");
        var subscription = _provider.Subscribe(Consumer, "a");
        await subscribed;
        Assert.Equal([Consumer], _provider.Consumers);

        await subscription.DisposeAsync();

        await _provider.WhenReleasedAsync("a");
        Assert.Empty(_provider.Consumers);
    }

    [Fact]
    public async Task Cancelling_the_reading_completes_it()
    {
        await using var subscription = _provider.Subscribe(Consumer, "a");
        await using var reader = subscription.Open();
        await reader.NextAsync();

        reader.Cancel();

        Assert.Null(await reader.TryNextAsync());
    }

    [Fact]
    public async Task Disposal_of_the_provider_completes_its_subscriptions()
    {
        await using var subscription = _provider.Subscribe(Consumer, "a");
        await using var reader = subscription.Open();
        await reader.NextAsync();

        await _provider.DisposeAsync();

        Assert.Null(await reader.TryNextAsync());
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    private static GenericSecret Generic(byte value) => new(SensitiveBytes.Copy([value]));
}
