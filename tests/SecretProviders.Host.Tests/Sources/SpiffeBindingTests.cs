using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SecretProviders.Host.Tests.Configuration;
using SecretProviders.Spiffe;

namespace SecretProviders.Host.Tests.Sources;

public sealed class SpiffeBindingTests
{
    [Fact]
    public void Every_setting_reaches_the_source()
    {
        var options = Bind("{ type: spiffe, socket: unix:///run/agent.sock, flatBundles: true, timeout: 2s }");

        Assert.Equal(("unix:///run/agent.sock", true, TimeSpan.FromSeconds(2)), (options.Socket, options.FlatBundles, options.Timeout));
    }

    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        var options = Bind("{ type: spiffe, socket: unix:///run/agent.sock }");

        Assert.Equal((false, TimeSpan.FromSeconds(5)), (options.FlatBundles, options.Timeout));
    }

    [Theory]
    [InlineData("{ type: spiffe, sockets: [] }", "sockets")]
    [InlineData("{ type: spiffe, flatBundles: perhaps }", "flatBundles")]
    [InlineData("{ type: spiffe, socket: [] }", "socket")]
    public void Mistake_is_named_with_its_place(string source, string field) =>
        Assert.StartsWith($"host.yaml:2: sources.spire.{field}: ", Assert.Single(ConfigurationText.Errors(Text(source))), StringComparison.Ordinal);

    private static string Text(string source) => $"sources:\n  spire: {source}\nsecrets:\n  - {{ name: default, from: [ {{ source: spire }} ] }}\n";

    private static SpiffeSecretSourceOptions Bind(string source)
    {
        var services = new ServiceCollection();
        services.AddSecretProviders(builder => Assert.Single(ConfigurationText.Parse(Text(source)).Sources).Add(builder));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<SpiffeSecretSourceOptions>>().Get("spire");
    }
}
