using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SecretProviders.FileSystem;
using SecretProviders.Host.Tests.Configuration;

namespace SecretProviders.Host.Tests.Sources;

public sealed class FileSystemBindingTests
{
    [Fact]
    public void Every_setting_reaches_the_source()
    {
        var options = Bind("{ type: fileSystem, path: /etc/certs, poll: 10s, timeout: 2s }");

        Assert.Equal(("/etc/certs", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2)), (options.Path, options.Poll, options.Timeout));
    }

    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        var options = Bind("{ type: fileSystem, path: /etc/certs }");

        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5)), (options.Poll, options.Timeout));
    }

    [Theory]
    [InlineData("{ type: fileSystem }", "path")]
    [InlineData("{ type: fileSystem, path: '' }", "path")]
    [InlineData("{ type: fileSystem, path: /a, poll: often }", "poll")]
    [InlineData("{ type: fileSystem, path: /a, folder: /b }", "folder")]
    public void Mistake_is_named_with_its_place(string source, string field) =>
        Assert.StartsWith($"host.yaml:2: sources.files.{field}: ", Assert.Single(ConfigurationText.Errors(Text(source))), StringComparison.Ordinal);


    private static string Text(string source) => $"sources:\n  files: {source}\nsecrets:\n  - {{ name: web, from: [ {{ source: files }} ] }}\n";

    private static FileSystemSecretSourceOptions Bind(string source)
    {
        var services = new ServiceCollection();
        services.AddSecretProviders(builder => Assert.Single(ConfigurationText.Parse(Text(source)).Sources).Add(builder));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<FileSystemSecretSourceOptions>>().Get("files");
    }
}
