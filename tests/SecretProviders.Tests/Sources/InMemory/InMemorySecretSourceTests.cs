using Microsoft.Extensions.DependencyInjection;
using SecretProviders.InMemory;
using SecretProviders.Testing;
using SecretProviders.Tests.Watching;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Sources.InMemory;

public sealed class InMemorySecretSourceTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly InMemorySecretSource _source;

    public InMemorySecretSourceTests() => _source = new InMemorySecretSource("memory", _clock);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    [Fact]
    public async Task Watcher_sees_a_write_before_the_call_returns()
    {
        await using var watch = _source.WatchAsync(A).GetAsyncEnumerator();
        await watch.ReadAsync<SecretState.NotFound>();

        _source.Set("a", Found("one"));

        var next = watch.MoveNextAsync().AsTask();
        Assert.True(next.IsCompletedSuccessfully && await next);
        Assert.Equal("one", Text(watch.Current));
    }

    [Fact]
    public async Task Trust_travels_with_its_secret()
    {
        using var authority = new TestCertificateAuthority();
        var secret = authority.Issue().Secret;
        _source.Set("a", secret, authority.Trust);

        await using var watch = _source.WatchAsync(A).GetAsyncEnumerator();

        var found = await watch.ReadAsync<SecretState.Found>();
        Assert.Equal(secret, found.Secret);
        Assert.Equal(authority.Trust, found.Trust);
    }

    [Fact]
    public async Task Every_reference_to_a_key_sees_its_write()
    {
        await using var plain = _source.WatchAsync(A).GetAsyncEnumerator();
        await using var kinded = _source.WatchAsync(A with { Kind = SecretKind.Generic }).GetAsyncEnumerator();
        await plain.ReadAsync<SecretState.NotFound>();
        await kinded.ReadAsync<SecretState.NotFound>();

        _source.Set("a", Found("one"));

        Assert.Equal("one", Text(await plain.ReadAsync()));
        Assert.Equal("one", Text(await kinded.ReadAsync()));
    }

    [Theory]
    [InlineData(RemovalReason.Deleted, true)]
    [InlineData(RemovalReason.Redacted, false)]
    [InlineData(RemovalReason.Revoked, false)]
    public async Task Removal_says_why(RemovalReason reason, bool keepsLastGood)
    {
        _source.Set("a", Found("one"));
        await using var watch = _source.WatchAsync(A).GetAsyncEnumerator();
        await watch.ReadAsync();

        Assert.True(_source.Remove("a", reason));

        var removed = await watch.ReadAsync<SecretState.Removed>();
        Assert.Equal(reason, removed.Reason);
        Assert.Equal(keepsLastGood, removed.LastGood is not null);
    }

    [Fact]
    public async Task Who_comes_after_a_removal_finds_nothing()
    {
        _source.Set("a", Found("one"));
        Assert.True(_source.Remove("a"));
        Assert.False(_source.Remove("a"));

        await using var watch = _source.WatchAsync(A).GetAsyncEnumerator();

        await watch.ReadAsync<SecretState.NotFound>();
    }

    [Fact]
    public async Task Property_is_a_field_of_a_generic_secret()
    {
        _source.Set("a", new GenericSecret([KeyValuePair.Create("user", SensitiveBytes.Copy("me"u8)), KeyValuePair.Create("password", SensitiveBytes.Copy("it"u8))]));
        await using var password = _source.WatchAsync(A with { Property = "password" }).GetAsyncEnumerator();
        await using var missing = _source.WatchAsync(A with { Property = "missing" }).GetAsyncEnumerator();

        Assert.Equal("it", Text(await password.ReadAsync()));
        await missing.ReadAsync<SecretState.NotFound>();
    }

    [Fact]
    public async Task Property_does_not_hide_a_failure()
    {
        _source.Set("a", new SecretState.Denied("grant it"));
        await using var watch = _source.WatchAsync(A with { Property = "password" }).GetAsyncEnumerator();

        await watch.ReadAsync<SecretState.Denied>();
    }

    [Fact]
    public async Task Version_is_refused_with_the_remedy()
    {
        _source.Set("a", Found("one"));
        await using var watch = _source.WatchAsync(A with { Version = "3" }).GetAsyncEnumerator();

        var invalid = await watch.ReadAsync<SecretState.Invalid>();
        Assert.Equal("Secrets in memory have no versions: take 'version' out of the reference to 'a'.", invalid.Problem.Message);
    }

    [Fact]
    public async Task Later_of_two_writes_at_once_is_what_watchers_end_with()
    {
        await using var watch = _source.WatchAsync(A).GetAsyncEnumerator();
        await watch.ReadAsync<SecretState.NotFound>();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                _source.Set("a", Found((writer * 1_000) + i));
            }
        }))).WaitAsync(StreamReading.Patience);
        var seen = await watch.ReadAsync();
        await using var late = _source.WatchAsync(A).GetAsyncEnumerator();
        await using var other = _source.WatchAsync(A with { Kind = SecretKind.Generic }).GetAsyncEnumerator();

        Assert.Equal(await other.ReadAsync(), await late.ReadAsync());
        Assert.Equal(late.Current, seen);
    }

    [Fact]
    public async Task Write_after_disposal_harms_nobody()
    {
        await _source.DisposeAsync();

        _source.Set("a", Found("one"));

        Assert.True(_source.Remove("a"));
    }

    [Fact]
    public async Task Instance_that_the_host_keeps_feeds_the_provider()
    {
        var memory = new InMemorySecretSource("memory");
        await using var services = new ServiceCollection()
            .AddSecretProviders(builder => builder
                .AddInMemory("memory", memory)
                .Route(new SecretRoute("**", [new RouteReference("memory")]) { Kind = SecretKind.Generic }))
            .BuildServiceProvider();
        var secret = new GenericSecret(SensitiveBytes.Copy("it"u8));
        memory.Set("password", secret);

        Assert.Equal(secret, (await services.GetRequiredService<ISecretProvider>().GetAsync("password")).Secret);
    }

    [Fact]
    public async Task Several_sources_may_be_added_under_different_names()
    {
        using var authority = new TestCertificateAuthority();
        var one = authority.Issue("one.example").Secret;
        var two = authority.Issue("two.example").Secret;
        await using var services = new ServiceCollection()
            .AddSecretProviders(builder => builder
                .AddInMemory("first", source => source.Set("one", one))
                .AddInMemory("second", source => source.Set("two", two))
                .Route("one", "first")
                .Route("two", "second"))
            .BuildServiceProvider();
        var provider = services.GetRequiredService<ISecretProvider>();

        Assert.Equal(one, (await provider.GetAsync("one")).Secret);
        Assert.Equal(two, (await provider.GetAsync("two")).Secret);
    }

    [Fact]
    public async Task Instance_of_another_name_is_refused()
    {
        await using var memory = new InMemorySecretSource("memory");

        var exception = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddSecretProviders(builder => builder.AddInMemory("other", memory)));

        Assert.Contains("The source is named 'memory' and is added as 'other'", exception.Message, StringComparison.Ordinal);
    }
}
