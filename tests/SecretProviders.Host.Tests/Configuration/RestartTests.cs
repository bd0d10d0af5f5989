namespace SecretProviders.Host.Tests.Configuration;

/// <summary>What may change while the server runs.</summary>
public sealed class RestartTests
{
    private const string Before = """
        server: { drain: 10s }
        sources:
          files: { type: fileSystem, path: certs }
        defaults: { dwell: 1s }
        secrets:
          - { name: a, from: [ { source: files } ] }
        """;

    [Theory]
    [InlineData("name: a", "name: b", "")]
    [InlineData("dwell: 1s", "dwell: 2s", "")]
    [InlineData("server: { drain: 10s }", "# moved\n\nserver: { drain: 10s }", "")]
    [InlineData("drain: 10s", "drain: 11s", "server")]
    [InlineData("drain: 10s", "drain: 10s, wildcard: false", "server")]
    [InlineData("path: certs", "path: other", "sources")]
    [InlineData("defaults: { dwell: 1s }", "demand: { linger: 1s }", "demand")]
    [InlineData("server: { drain: 10s }", "", "server")]
    public void Only_routes_change_without_a_restart(string part, string changed, string sections)
    {
        using var configuration = new ConfigurationText();
        var before = configuration.Load(Before);
        var after = configuration.Load(Before.Replace(part, changed, StringComparison.Ordinal));

        Assert.Equal(sections, string.Join(", ", before.SectionsThatNeedRestart(after)));
    }

    [Fact]
    public void An_override_is_no_change()
    {
        using var configuration = new ConfigurationText();
        configuration.Settings.Add("server.drain=20s");
        var before = configuration.Load(Before);

        Assert.Empty(before.SectionsThatNeedRestart(configuration.Load(Before.Replace("drain: 10s", "drain: 30s", StringComparison.Ordinal))));
    }
}
