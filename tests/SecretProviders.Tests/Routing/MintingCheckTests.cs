using System.Runtime.CompilerServices;
using SecretProviders.Routing;
using SecretProviders.Testing;

namespace SecretProviders.Tests.Routing;

/// <summary>Clients must not be able to have secrets created without end.</summary>
public sealed class MintingCheckTests
{
    private static readonly Dictionary<string, ISecretSource> Sources = new(StringComparer.Ordinal)
    {
        ["files"] = new ScriptedSecretSource("files"),
        ["pki"] = new Issuer(),
    };

    [Theory]
    [InlineData("{host}", "issue/{host}")]
    [InlineData("{host}", "issue/web")]
    [InlineData("*.example.org", "issue/web")]
    [InlineData("**", "issue/web")]
    public void A_pattern_to_a_minting_reference_needs_a_limit(string pattern, string key)
    {
        var route = new SecretRoute(pattern, [new RouteReference("files"), new RouteReference("pki") { Key = key }]);

        Assert.Equal(
            [$"Route '{pattern}': source 'pki' creates a secret for every name that a client asks for; set maxNames."],
            Assert.Throws<SecretConfigurationException>(() => Compile(route)).Errors);
        Assert.Single(Compile(route with { MaxNames = 100 }).Routes);
    }

    [Theory]
    [InlineData("web", "issue/web")]
    [InlineData("{host}", "kv/{host}")]
    [InlineData("{host}", null)]
    public void One_name_or_a_reference_that_does_not_mint_needs_none(string pattern, string? key) =>
        Assert.Single(Compile(new SecretRoute(pattern, [new RouteReference("pki") { Key = key }])).Routes);

    [Fact]
    public void Parameters_are_judged_too()
    {
        var route = new SecretRoute("{host}", [new RouteReference("pki") { Key = "kv", Parameters = new RouteReference("pki").Parameters.Add("mint", "{host}") }]);

        Assert.Throws<SecretConfigurationException>(() => Compile(route));
    }

    private static RouteTable Compile(SecretRoute route) => RouteCompiler.Compile([route], Sources, revision: 1);

    private sealed class Issuer : IMintingSecretSource
    {
        public bool Mints(SecretReference reference) => reference.Key.StartsWith("issue/", StringComparison.Ordinal) || reference.Parameters.ContainsKey("mint");

        public async IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            yield return new SecretState.NotFound();
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
