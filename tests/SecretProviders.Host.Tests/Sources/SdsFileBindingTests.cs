using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SecretProviders.Host.Tests.Configuration;
using SecretProviders.SdsFile;

namespace SecretProviders.Host.Tests.Sources;

public sealed class SdsFileBindingTests
{
    [Fact]
    public void Every_setting_reaches_the_source()
    {
        var options = Bind("{ type: sdsFile, path: /etc/envoy/sds.yaml, allowEnvironment: true, poll: 10s, timeout: 2s }");

        Assert.Equal(("/etc/envoy/sds.yaml", true), (options.Path, options.AllowEnvironment));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2)), (options.Poll, options.Timeout));
    }

    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        var options = Bind("{ type: sdsFile, path: /etc/envoy/sds.yaml }");

        Assert.Equal((false, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5)), (options.AllowEnvironment, options.Poll, options.Timeout));
    }

    [Theory]
    [InlineData("{ type: sdsFile }", "path")]
    [InlineData("{ type: sdsFile, path: /a, allowEnvironment: perhaps }", "allowEnvironment")]
    [InlineData("{ type: sdsFile, path: /a, folder: /b }", "folder")]
    public void Mistake_is_named_with_its_place(string source, string field) =>
        Assert.StartsWith($"host.yaml:2: sources.envoy.{field}: ", Assert.Single(ConfigurationText.Errors(Text(source))), StringComparison.Ordinal);

    private static string Text(string source) => $"sources:\n  envoy: {source}\nsecrets:\n  - {{ name: web, from: [ {{ source: envoy }} ] }}\n";

    private static SdsFileSecretSourceOptions Bind(string source)
    {
        var services = new ServiceCollection();
        services.AddSecretProviders(builder => Assert.Single(ConfigurationText.Parse(Text(source)).Sources).Add(builder));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<SdsFileSecretSourceOptions>>().Get("envoy");
    }
}
