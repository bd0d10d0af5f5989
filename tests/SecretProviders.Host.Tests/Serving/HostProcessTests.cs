namespace SecretProviders.Host.Tests.Serving;

/// <summary>What only a process of its own can show: signals and exit codes.</summary>
public sealed class HostProcessTests : IDisposable
{
    // 128 and the signal's number, as shells count it.
    private const int SignalledByTerm = 143;

    private readonly ServingRun _files = new();

    public HostProcessTests()
    {
        _files.WriteCertificate("web");
        _files.Run.Write("host.yaml", ServingRun.Head + ServingRun.Web);
    }

    public void Dispose()
    {
        _files.Authority.Dispose();
        _files.Run.Dispose();
    }

    [Fact]
    public async Task A_server_before_a_folder_is_ready_and_ends_with_0_on_sigterm()
    {
        await using var process = HostProcess.Start(_files.Run.Folder, "--config", "host.yaml");
        await process.Error.WhenContainsAsync("tlsCertificate");

        Assert.Equal((200, "ready\n"), await _files.ReadyAsync());
        await process.SignalAsync("TERM");

        Assert.Equal(0, await process.WhenEndedAsync());
        Assert.Empty(process.Output.Lines());
    }

    [Fact]
    public async Task A_second_sigterm_ends_a_server_at_once()
    {
        _files.Run.Write("host.yaml", _files.WriteBig());
        await using var process = HostProcess.Start(_files.Run.Folder, "--config", "host.yaml");
        await process.Error.WhenContainsAsync(" big ");
        using var http = UnixHttp.Connect(Path.Combine(_files.Run.Folder, "sds.sock"));
        using var unread = await ServingRun.OpenUnreadStreamAsync(http);
        await process.SignalAsync("TERM");
        await process.Error.WhenContainsAsync("stopping: clients have 30s to leave");

        await process.SignalAsync("TERM");

        Assert.Equal(SignalledByTerm, await process.WhenEndedAsync());
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_stops_nothing()
    {
        await using var process = HostProcess.StartWithFullLog(_files.Run.Folder, "check", "--config", "host.yaml");

        Assert.Equal(0, await process.WhenEndedAsync());
        Assert.Contains("web", process.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sighup_takes_the_file_again()
    {
        await using var process = HostProcess.Start(_files.Run.Folder, "serve", "--config", "host.yaml");
        await process.Error.WhenContainsAsync("admin at");

        await process.SignalAsync("HUP");

        await process.Error.WhenContainsAsync("host.yaml: 1 route taken as revision 2");
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task An_interrupted_watch_ends_with_130(string signal)
    {
        await using var process = HostProcess.Start(_files.Run.Folder, "watch", "web", "--config", "host.yaml");
        await process.Output.WhenContainsAsync("web");

        await process.SignalAsync(signal);

        Assert.Equal(130, await process.WhenEndedAsync());
    }

    [Fact]
    public async Task A_mistaken_file_ends_with_2()
    {
        _files.Run.Write("host.yaml", "servr: {}\n");
        await using var process = HostProcess.Start(_files.Run.Folder, "--config", "host.yaml");

        Assert.Equal(2, await process.WhenEndedAsync());
    }
}
