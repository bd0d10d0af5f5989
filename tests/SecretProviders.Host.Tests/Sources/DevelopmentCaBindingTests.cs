using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SecretProviders.DevelopmentCa;
using SecretProviders.Host.Tests.Configuration;

namespace SecretProviders.Host.Tests.Sources;

public sealed class DevelopmentCaBindingTests
{
    [Fact]
    public void Every_setting_reaches_the_source()
    {
        var options = Bind("{ type: developmentCa, lifetime: 2h, rotateEvery: 1m, maxNames: 7, timeout: 3s }");

        Assert.Equal((TimeSpan.FromHours(2), TimeSpan.FromMinutes(1)), (options.Lifetime, options.RotateEvery));
        Assert.Equal((7, TimeSpan.FromSeconds(3)), (options.MaxNames, options.Timeout));
    }

    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        var options = Bind("{ type: developmentCa }");

        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromSeconds(30)), (options.Lifetime, options.RotateEvery));
        Assert.Equal((1000, TimeSpan.FromSeconds(5)), (options.MaxNames, options.Timeout));
    }

    [Theory]
    [InlineData("{ type: developmentCa, maxNames: 0 }", "maxNames")]
    [InlineData("{ type: developmentCa, lifetime: long }", "lifetime")]
    [InlineData("{ type: developmentCa, path: /a }", "path")]
    public void Mistake_is_named_with_its_place(string source, string field) =>
        Assert.StartsWith($"host.yaml:2: sources.ca.{field}: ", Assert.Single(ConfigurationText.Errors(Text(source))), StringComparison.Ordinal);


    private static string Text(string source) => $"sources:\n  ca: {source}\nsecrets:\n  - {{ name: web, from: [ {{ source: ca }} ] }}\n";

    private static DevelopmentCaSecretSourceOptions Bind(string source)
    {
        var services = new ServiceCollection();
        services.AddSecretProviders(builder => Assert.Single(ConfigurationText.Parse(Text(source)).Sources).Add(builder));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<DevelopmentCaSecretSourceOptions>>().Get("ca");
    }
}
