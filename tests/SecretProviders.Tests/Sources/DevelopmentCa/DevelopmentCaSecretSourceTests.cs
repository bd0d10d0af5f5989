using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SecretProviders.DevelopmentCa;
using SecretProviders.Testing;
using SecretProviders.Tests.Watching;

namespace SecretProviders.Tests.Sources.DevelopmentCa;

public sealed class DevelopmentCaSecretSourceTests : IAsyncDisposable
{
    private static readonly TimeSpan RotateEvery = TimeSpan.FromSeconds(30);
    private readonly ManualTimeProvider _clock = new();
    private readonly LogCollector _log = new();
    private readonly DevelopmentCaSecretSource _source;

    public DevelopmentCaSecretSourceTests() => _source = new DevelopmentCaSecretSource(
        "dev", new DevelopmentCaSecretSourceOptions { MaxNames = 2 }, _clock, _log.CreateLogger<DevelopmentCaSecretSource>());

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task Trust_is_the_key_ca_and_travels_with_every_certificate()
    {
        await using var trust = Watch("ca");
        await using var leaf = Watch("web.example");

        var anchors = Assert.IsType<ValidationContext>((await trust.ReadAsync<SecretState.Found>()).Secret);
        var found = await leaf.ReadAsync<SecretState.Found>();

        Assert.Equal(anchors, found.Trust);
        Assert.False(found.Minted);
    }

    [Fact]
    public async Task Certificate_is_replaced_at_every_rotation_and_the_trust_is_not()
    {
        await using var trust = Watch("ca");
        await trust.ReadAsync();
        await using var watch = Watch("web.example");
        var first = await watch.ReadAsync<SecretState.Found>();

        _clock.Advance(RotateEvery);
        var second = await watch.ReadAsync<SecretState.Found>();
        _clock.Advance(RotateEvery);
        var third = await watch.ReadAsync<SecretState.Found>();

        Assert.Equal(3, new[] { first, second, third }.Select(static found => ((TlsCertificate)found.Secret).Leaf.Sha256).Distinct().Count());
        Assert.False(trust.MoveNextAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task References_to_one_name_share_a_certificate()
    {
        await using var plain = Watch("web.example");
        await using var kinded = _source.WatchAsync(new SecretReference("web.example") { Kind = SecretKind.TlsCertificate }).GetAsyncEnumerator();
        Assert.Equal(await plain.ReadAsync(), await kinded.ReadAsync());

        _clock.Advance(RotateEvery);

        Assert.Equal(await plain.ReadAsync(), await kinded.ReadAsync());
    }

    [Fact]
    public async Task Refresh_replaces_one_name_at_once()
    {
        await using var web = Watch("web.example");
        await using var api = Watch("api.example");
        var first = await web.ReadAsync();
        await api.ReadAsync();

        await _source.RefreshAsync(new SecretReference("web.example"));

        Assert.NotEqual(first, await web.ReadAsync());
        Assert.False(api.MoveNextAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task Name_beyond_the_limit_is_denied_with_the_remedy_and_harms_no_other()
    {
        await using var web = Watch("web.example");
        await using var api = Watch("api.example");
        await using var more = Watch("more.example");
        await web.ReadAsync<SecretState.Found>();
        await api.ReadAsync<SecretState.Found>();

        var denied = await more.ReadAsync<SecretState.Denied>();

        Assert.Equal("Source 'dev' serves 2 names already: raise 'maxNames', or watch fewer names.", denied.Remedy);
        Assert.Equal([2200, 2201], _log.EventIds);
        _clock.Advance(RotateEvery);
        await web.ReadAsync<SecretState.Found>();
    }

    [Fact]
    public async Task Denied_name_is_served_when_another_leaves()
    {
        await using var web = Watch("web.example");
        await web.ReadAsync<SecretState.Found>();
        var api = Watch("api.example");
        await api.ReadAsync<SecretState.Found>();
        await using var more = Watch("more.example");
        await more.ReadAsync<SecretState.Denied>();

        await api.DisposeAsync();
        _clock.Advance(RotateEvery);

        await more.ReadAsync<SecretState.Found>();
    }

    [Fact]
    public async Task Trust_and_bad_names_do_not_count()
    {
        await using var trust = Watch("ca");
        await using var bad = Watch("a/b");
        await using var web = Watch("web.example");
        await using var api = Watch("api.example");
        await trust.ReadAsync<SecretState.Found>();
        Assert.Equal(SecretProblemCode.BadName, (await bad.ReadAsync<SecretState.Invalid>()).Problem.Code);

        await web.ReadAsync<SecretState.Found>();
        await api.ReadAsync<SecretState.Found>();
    }

    [Fact]
    public async Task Nothing_rotates_while_nobody_watches()
    {
        await using (var watch = Watch("web.example"))
        {
            await watch.ReadAsync();
        }

        _clock.Advance(RotateEvery + TimeSpan.FromSeconds(5));

        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public async Task Rotation_goes_on_for_who_comes_later()
    {
        await using (var early = Watch("web.example"))
        {
            await early.ReadAsync();
        }

        _clock.Advance(RotateEvery * 3);
        await using var late = Watch("web.example");
        await late.ReadAsync<SecretState.Found>();
        _clock.Advance(RotateEvery);

        await late.ReadAsync<SecretState.Found>();
    }

    [Fact]
    public async Task Disposal_leaves_no_timer()
    {
        await using var watch = Watch("web.example");
        await watch.ReadAsync();

        await _source.DisposeAsync();

        Assert.Equal(0, _clock.ActiveTimers);
        await watch.AssertEndAsync();
    }

    [Fact]
    public async Task Added_twice_under_different_names_it_is_two_authorities()
    {
        await using var services = new ServiceCollection()
            .AddSecretProviders(static builder => builder
                .AddDevelopmentCa("one")
                .AddDevelopmentCa("two", static options => options.Lifetime = TimeSpan.FromMinutes(10))
                .Route("one.example", "one")
                .Route("two.example", "two"))
            .BuildServiceProvider();
        var provider = services.GetRequiredService<ISecretProvider>();

        var one = Assert.IsType<TlsCertificate>((await provider.GetAsync("one.example")).Secret).Leaf;
        var two = Assert.IsType<TlsCertificate>((await provider.GetAsync("two.example")).Secret).Leaf;

        Assert.Equal(TimeSpan.FromMinutes(60 + 5), one.NotAfter - one.NotBefore);
        Assert.Equal(TimeSpan.FromMinutes(10 + 5), two.NotAfter - two.NotBefore);
    }

    [Fact]
    public void Bad_options_stop_the_start()
    {
        using var services = new ServiceCollection()
            .AddSecretProviders(static builder => builder.AddDevelopmentCa("dev", static options => options.MaxNames = 0))
            .BuildServiceProvider();

        Assert.Throws<OptionsValidationException>(services.GetRequiredService<ISecretProvider>);
    }

    private IAsyncEnumerator<SecretState> Watch(string key) => _source.WatchAsync(new SecretReference(key)).GetAsyncEnumerator();
}
