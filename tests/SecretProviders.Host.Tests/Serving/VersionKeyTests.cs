using System.Text.Json;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>Versions of generic secrets and ticket keys, which a client takes from one replica to another.</summary>
public sealed class VersionKeyTests
{
    private const string Key = "server:\n  versionKey: { file: version.key }\n";
    private const string Rest = """
        sources:
          files: { type: fileSystem, path: . }
        secrets:
          - { name: token, kind: generic, from: [ { source: files } ] }
          - { name: tickets, kind: sessionTicketKeys, from: [ { source: files } ] }

        """;

    [Theory]
    [InlineData("token")]
    [InlineData("tickets")]
    public async Task Replicas_with_one_key_give_equal_content_one_version(string name)
    {
        Assert.Equal(await VersionAsync(name, Key + Rest, 'k'), await VersionAsync(name, Key + Rest, 'k'));
        Assert.NotEqual(await VersionAsync(name, Key + Rest, 'k'), await VersionAsync(name, Key + Rest, 'l'));
    }

    [Fact]
    public async Task Without_a_key_a_version_says_nothing_about_the_content() =>
        Assert.NotEqual(await VersionAsync("token", Rest, 'k'), await VersionAsync("token", Rest, 'k'));

    private static async Task<string> VersionAsync(string name, string configuration, char key)
    {
        using var run = new CommandRun(TimeProvider.System);
        run.Write("host.yaml", configuration);
        run.Write("version.key", new string(key, 32));
        run.Write("token", "s3cret");
        run.Write("tickets", new string('t', SessionTicketKeys.KeyLength));

        Assert.Equal(0, await run.RunAsync("get", name, "--json", "--config", "host.yaml"));

        using var view = JsonDocument.Parse(run.Output.ToString());
        return view.RootElement.GetProperty("version").GetString()!;
    }
}
