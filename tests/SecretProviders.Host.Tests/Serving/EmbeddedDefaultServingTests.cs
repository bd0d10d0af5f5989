using System.Runtime.Versioning;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>What a newcomer sees: no configuration, and secrets that rotate.</summary>
public sealed class EmbeddedDefaultServingTests : IAsyncLifetime
{
    private readonly CommandRun _run = new(TimeProvider.System);
    private Task<int> _serving = Task.FromResult(0);
    private SignallingWriter _said = new();

    public ValueTask InitializeAsync()
    {
        // The documented port may be taken on the machine that tests.
        _serving = _run.RunAsync("--set", "server.listeners.1.address=127.0.0.1:0", "--set", "sources.dev-ca.rotateEvery=1s");
        _said = _run.Error;
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _run.Interrupt();
        await _serving;
        _run.Dispose();
    }

    [Fact]
    public async Task Default_and_its_trust_are_served_and_rotated()
    {
        await _said.WhenAsync(static said => Versions(said).Distinct().Count() >= 3, "three versions of default");

        Assert.Equal((200, "ready\n"), await UnixHttp.GetAsync(Path.Combine(_run.Folder, "secretproviders/admin.sock"), "/readyz"));
    }

    [Theory]
    [InlineData("www.example.com", "tlsCertificate")]
    [InlineData("default", "tlsCertificate")]
    [InlineData("ca", "validationContext")]
    public async Task The_command_line_finds_the_server_without_being_told_where(string name, string kind)
    {
        await _said.WhenContainsAsync("admin at");

        Assert.Equal(0, await _run.RunAsync("get", name));

        Assert.Contains($"kind        {kind}", _run.Output.Lines());
        Assert.Empty(_run.Error.Lines());
    }

    [Fact]
    public async Task An_envoy_configuration_for_the_socket_is_printed()
    {
        var said = await _said.WhenContainsAsync("envoy_grpc");

        Assert.Contains($"pipe: {{ path: \"{_run.Folder}/secretproviders/sds.sock\" }}", said, StringComparison.Ordinal);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task The_folder_of_the_sockets_is_the_users_alone()
    {
        await _said.WhenContainsAsync("admin at");

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.Combine(_run.Folder, "secretproviders")));
    }

    private static IEnumerable<string> Versions(string said) =>
        said.Split('\n')
            .Where(static line => line.Contains(" default ", StringComparison.Ordinal) && line.Contains(" v ", StringComparison.Ordinal))
            .Select(static line => line[line.IndexOf(" v ", StringComparison.Ordinal)..].Split("  ")[0]);
}
