using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SecretProviders.Routing;
using SecretProviders.Testing;
using static SecretProviders.Tests.Routing.Routes;

namespace SecretProviders.Tests.Routing;

/// <summary>A source that needs a secret of the provider it belongs to must be able to get it.</summary>
public sealed class CredentialCheckTests
{
    [Fact]
    public void A_credential_from_another_source_is_sound() =>
        Assert.Empty(Errors([To("token"), To("web", source: "vault")], ("vault", ["token"])));

    [Fact]
    public void A_credential_that_no_route_takes_is_told() => Assert.Equal(
        ["Source 'vault': its credential, secret 'token', is taken by no route; add one."],
        Errors([To("web", source: "vault")], ("vault", ["token"])));

    [Fact]
    public void A_source_that_gives_its_own_credential_is_told() => Assert.Equal(
        ["Source 'vault': its credential leads back to itself: 'vault' needs secret 'token', which 'vault' gives. Take it from a source that does not need it."],
        Errors([To("token", source: "vault")], ("vault", ["token"])));

    [Fact]
    public void A_circle_of_two_sources_is_told_of_both() => Assert.Equal(
        [
            "Source 'files': its credential leads back to itself: 'files' needs secret 'b', which 'vault' gives; 'vault' needs secret 'a', which 'files' gives. Take it from a source that does not need it.",
            "Source 'vault': its credential leads back to itself: 'vault' needs secret 'a', which 'files' gives; 'files' needs secret 'b', which 'vault' gives. Take it from a source that does not need it.",
        ],
        Errors([To("a"), To("b", source: "vault")], ("vault", ["a"]), ("files", ["b"])));

    [Fact]
    public void A_lower_reference_of_the_route_counts_too() => Assert.Single(
        Errors([new SecretRoute("token", [new RouteReference("files"), new RouteReference("vault")])], ("vault", ["token"])));

    [Fact]
    public void A_pattern_takes_credentials_like_any_name() => Assert.Contains(
        "'vault' needs secret 'login/token', which 'vault' gives", Assert.Single(Errors([To("login/{x}", source: "vault")], ("vault", ["login/token"]))), StringComparison.Ordinal);

    [Fact]
    public void The_trust_of_a_leaf_is_read_where_the_leaf_is() => Assert.Contains(
        "'vault' needs secret 'ca', which 'vault' gives", Assert.Single(Errors([To("web", source: "vault") with { Trust = "ca" }], ("vault", ["ca"]))), StringComparison.Ordinal);

    [Fact]
    public void The_trust_that_a_gate_asks_for_counts_too() => Assert.Contains(
        "'vault' needs secret 'cert', whose gate needs secret 'ca', which 'vault' gives",
        Assert.Single(Errors([To("cert") with { Gates = new SecretGates { ChainToTrust = "ca" } }, To("ca", source: "vault")], ("vault", ["cert"]))),
        StringComparison.Ordinal);

    [Fact]
    public void Two_sources_may_share_a_credential() =>
        Assert.Empty(Errors([To("token", source: "third")], ("vault", ["token"]), ("files", ["token"])));

    [Fact]
    public async Task A_change_of_routes_is_judged_as_the_start_is()
    {
        await using var provider = new AggregateProvider(
            Sources(("vault", ["token"])), new AggregateProviderOptions { Routes = { To("token") } });

        Assert.Throws<SecretConfigurationException>(() => provider.ReplaceRoutes([To("token", source: "vault")]));
        Assert.Equal(2, provider.ReplaceRoutes([To("token"), To("more", source: "vault")]));
    }

    private static string[] Errors(SecretRoute[] routes, params (string Source, string[] Needs)[] needs)
    {
        try
        {
            RouteCompiler.Compile(routes, Sources(needs), revision: 1);
            return [];
        }
        catch (SecretConfigurationException exception)
        {
            return [.. exception.Errors];
        }
    }

    private static ImmutableSortedDictionary<string, ISecretSource> Sources(params (string Source, string[] Needs)[] needs) =>
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, Known)
            .Add("third", new ScriptedSecretSource("third"))
            .SetItems(needs.Select(static one => KeyValuePair.Create<string, ISecretSource>(one.Source, new Needy(one.Needs))));

    private sealed class Needy(string[] names) : ICredentialedSecretSource
    {
        public ImmutableArray<string> CredentialSecrets => [.. names];

        public async IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            yield return new SecretState.NotFound();
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
