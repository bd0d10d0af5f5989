namespace SecretProviders.Host.Tests.Commands;

/// <summary>Usage: what is printed where, and with which exit code.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("--help")]
    [InlineData("get", "--help")]
    public async Task Help_is_a_result(params string[] arguments)
    {
        Assert.Equal(0, await _run.RunAsync(arguments));
        Assert.Contains("--config", _run.Output.ToString(), StringComparison.Ordinal);
        Assert.Empty(_run.Error.Lines());
    }

    [Fact]
    public async Task Help_lists_every_command()
    {
        await _run.RunAsync("--help");

        Assert.All(["serve", "check", "get", "watch", "explain", "audit"], command => Assert.Contains($"  {command} ", _run.Output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_calls_the_program_by_its_name()
    {
        await _run.RunAsync("get", "--help");

        Assert.Contains("  secretproviders get <NAME> [options]", _run.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_may_begin_with_an_at_sign()
    {
        _run.Write("name", "--bogus");
        _run.Write("host.yaml", "{}");

        Assert.Equal(1, await _run.RunAsync("get", "@name", "--config", "host.yaml"));
        Assert.Contains("name        @name", _run.Output.Lines());
    }

    [Fact]
    public async Task The_version_is_a_result()
    {
        Assert.Equal(0, await _run.RunAsync("--version"));
        Assert.Matches(@"^\d+\.\d+\.\d+", Assert.Single(_run.Output.Lines()));
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("get")]
    [InlineData("get", "a", "b")]
    [InlineData("get", "a", "--bogus")]
    [InlineData("get", "a", "--timeout", "soon")]
    [InlineData("get", "a", "--server", "nowhere")]
    [InlineData("explain")]
    [InlineData("audit")]
    [InlineData("audit", "verify")]
    [InlineData("audit", "verify", "FILE")]
    [InlineData("--set")]
    [InlineData("check", "--set", "server.drain")]
    [InlineData("check", "--config", "absent.yaml")]
    public async Task A_mistaken_command_line_ends_with_2_and_leaves_stdout_alone(params string[] arguments)
    {
        Assert.Equal(2, await _run.RunAsync(arguments));
        Assert.NotEmpty(_run.Error.Lines());
        Assert.Empty(_run.Output.Lines());
    }

    [Fact]
    public async Task Audit_verify_says_that_there_is_no_audit()
    {
        await _run.RunAsync("audit", "verify", "audit.jsonl");

        Assert.Equal("audit verify: this build writes no audit file, so there is none to verify", Assert.Single(_run.Error.Lines()));
    }

    [Fact]
    public async Task Every_mistake_of_the_file_is_printed()
    {
        _run.Write("host.yaml", "server: { drian: 1s }\naudit: {}\n");

        Assert.Equal(2, await _run.RunAsync("--config", "host.yaml"));

        Assert.Equal(
            [
                "host.yaml:1: server.drian: is not a known field; did you mean drain?",
                "host.yaml:2: audit: is not enforced by this build, and a rule is never silently ignored; remove the section",
            ],
            _run.Error.Lines());
    }

    [Fact]
    public async Task The_file_may_be_named_by_the_environment()
    {
        _run.Write("host.yaml", "audit: {}\n");
        _run.Variables["SECRETPROVIDERS_CONFIG"] = "host.yaml";

        Assert.Equal(2, await _run.RunAsync("check"));
        Assert.StartsWith("host.yaml:1: audit", Assert.Single(_run.Error.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_switch_wins_over_the_environment()
    {
        _run.Write("host.yaml", "access: []\n");
        _run.Variables["SECRETPROVIDERS_CONFIG"] = "absent.yaml";

        Assert.Equal(2, await _run.RunAsync("check", "--config", "host.yaml"));
        Assert.StartsWith("host.yaml:1: access", Assert.Single(_run.Error.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serving_without_a_listener_ends_with_2_and_the_remedy()
    {
        _run.Write("host.yaml", "server: {}\n");

        Assert.Equal(2, await _run.RunAsync("--config", "host.yaml"));
        Assert.Equal("host.yaml: server.listeners: is missing, so nobody could connect; add - { unix: PATH }", Assert.Single(_run.Error.Lines()));
    }
}
