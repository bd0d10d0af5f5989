using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SecretProviders.Host.Configuration;
using SecretProviders.Host.Tests.Configuration;
using SecretProviders.Sds;

namespace SecretProviders.Host.Tests.Sources;

public sealed class SdsBindingTests
{
    [Fact]
    public void Every_setting_reaches_the_source()
    {
        var options = Bind("""
            { type: sds, addresses: [ "https://a:1", "https://b:1" ], delta: true, perName: true, allowFilenames: true, absentAfter: 1s, timeout: 3s,
              keepAlive: 10m, maxResponse: 1MiB, node: { id: edge-1, cluster: edge },
              tls: { ca: { secret: ca }, certificate: { file: /tls }, serverName: sds.example } }
            """);

        Assert.Equal(["https://a:1", "https://b:1"], options.Addresses);
        Assert.True(options is { Delta: true, PerName: true, AllowFilenames: true, NodeId: "edge-1", NodeCluster: "edge", MaxResponseBytes: 1024 * 1024 });
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(10)), (options.AbsentAfter, options.Timeout, options.KeepAlive));
        Assert.Equal(("ca", "/tls", "sds.example"), (options.Tls.Ca?.Secret, options.Tls.Certificate?.Path, options.Tls.ServerName));
    }

    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        var options = Bind("{ type: sds, address: unix:/run/sds.sock }");

        Assert.Equal(["unix:/run/sds.sock"], options.Addresses);
        Assert.True(options is { Delta: false, PerName: false, AllowFilenames: false, KeepAlive: null, NodeId: "secretproviders" });
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)), (options.AbsentAfter, options.Timeout));
    }

    [Fact]
    public void Relative_path_of_a_socket_starts_at_the_folder_of_the_file()
    {
        using var configuration = new ConfigurationText();

        Assert.Equal(
            [$"unix:{configuration.Folder}/agent.sock", "unix:///a"],
            Options(configuration.Load(Text("{ type: sds, addresses: [ \"unix:./agent.sock\", \"unix:///a\" ] }"))).Addresses);
    }

    [Theory]
    [InlineData("{ type: sds }", "")]
    [InlineData("{ type: sds, address: unix:/a, addresses: [ unix:/b ] }", "")]
    [InlineData("{ type: sds, address: unix:/a, delta: perhaps }", ".delta")]
    [InlineData("{ type: sds, address: unix:/a, node: { name: a } }", ".node.name")]
    [InlineData("{ type: sds, address: unix:/a, maxResponse: 1KiB }", ".maxResponse")]
    [InlineData("{ type: sds, address: unix:/a, poll: 1s }", ".poll")]
    public void Mistake_is_named_with_its_place(string source, string field) =>
        Assert.StartsWith($"host.yaml:2: sources.upstream{field}: ", Assert.Single(ConfigurationText.Errors(Text(source))), StringComparison.Ordinal);

    private static string Text(string source) =>
        $"sources:\n  upstream: {source.ReplaceLineEndings(" ")}\nsecrets:\n  - {{ name: web, from: [ {{ source: upstream }} ] }}\n";

    private static SdsSecretSourceOptions Bind(string source) => Options(ConfigurationText.Parse(Text(source)));

    private static SdsSecretSourceOptions Options(HostConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddSecretProviders(builder => Assert.Single(configuration.Sources).Add(builder));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<SdsSecretSourceOptions>>().Get("upstream");
    }
}
