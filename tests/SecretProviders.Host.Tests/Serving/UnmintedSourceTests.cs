using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using SecretProviders.Host.Serving;
using SecretProviders.Testing;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>Looking creates nothing.</summary>
public sealed class UnmintedSourceTests : IAsyncDisposable
{
    private readonly Issuer _issuer = new();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task A_minting_reference_is_refused_with_the_remedy()
    {
        await using var watch = new UnmintedSource(_issuer).WatchAsync(new SecretReference("issue/web")).GetAsyncEnumerator();

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(UnmintedSource.Remedy, Assert.IsType<SecretState.Denied>(watch.Current).Remedy);
        Assert.Empty(_issuer.Watched);
    }

    [Fact]
    public async Task A_refused_watch_ends_by_cancellation_without_an_exception()
    {
        using var stop = new CancellationTokenSource();
        await using var watch = new UnmintedSource(_issuer).WatchAsync(new SecretReference("issue/web"), stop.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await watch.MoveNextAsync();

        var next = watch.MoveNextAsync();
        await stop.CancelAsync();

        Assert.False(await next);
    }

    [Fact]
    public async Task Another_reference_is_read_as_ever()
    {
        await using var watch = new UnmintedSource(_issuer).WatchAsync(new SecretReference("kv/web")).GetAsyncEnumerator();

        Assert.True(await watch.MoveNextAsync());
        Assert.IsType<SecretState.NotFound>(watch.Current);
    }

    [Fact]
    public async Task A_refresh_creates_nothing_either()
    {
        var source = new UnmintedSource(_issuer);

        await source.RefreshAsync(new SecretReference("issue/web"));
        await source.RefreshAsync(new SecretReference("kv/web"));
        await source.RefreshAsync();

        Assert.Equal(["kv/web", "all"], _issuer.Refreshed);
    }

    [Fact]
    public void Credentials_are_those_of_the_source() => Assert.Equal(["token"], new UnmintedSource(_issuer).CredentialSecrets);

    [Fact]
    public void Sources_that_mint_nothing_are_added_as_they_are()
    {
        var builder = new Builder();
        var plain = new ScriptedSecretSource("plain");
        new UnmintedBuilder(builder).AddSource("issuer", _ => _issuer).AddSource("plain", _ => plain);

        Assert.IsType<UnmintedSource>(builder.Sources["issuer"]);
        Assert.Same(plain, builder.Sources["plain"]);
    }

    private sealed class Builder : ISecretProvidersBuilder
    {
        public Dictionary<string, ISecretSource> Sources { get; } = [];

        public IServiceCollection Services { get; } = new ServiceCollection();

        public ISecretProvidersBuilder AddSource(string name, Func<IServiceProvider, ISecretSource> create)
        {
            Sources.Add(name, create(Services.BuildServiceProvider()));
            return this;
        }

        public ISecretProvidersBuilder Route(SecretRoute route) => this;
    }

    private sealed class Issuer : IMintingSecretSource, ICredentialedSecretSource, IRefreshableSecretSource
    {
        public List<string> Watched { get; } = [];

        public List<string> Refreshed { get; } = [];

        public ImmutableArray<string> CredentialSecrets => ["token"];

        public bool Mints(SecretReference reference) => reference.Key.StartsWith("issue/", StringComparison.Ordinal);

        public async IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            Watched.Add(reference.Key);
            await Task.CompletedTask;
            yield return new SecretState.NotFound();
        }

        public ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default)
        {
            Refreshed.Add(reference?.Key ?? "all");
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
