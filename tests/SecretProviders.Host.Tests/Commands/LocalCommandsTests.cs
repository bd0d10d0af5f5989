using SecretProviders.Host.Commands;
using SecretProviders.Host.Tests.Serving;
using SecretProviders.Testing;

namespace SecretProviders.Host.Tests.Commands;

/// <summary>Commands that build the provider themselves, since no server runs.</summary>
public sealed class LocalCommandsTests : IDisposable
{
    private const string Configuration = """
        server: { admin: { unix: admin.sock } }
        sources:
          files: { type: fileSystem, path: certs }
        secrets:
          - { name: web, from: [ { source: files } ] }
          - { name: "any/{name}", from: [ { source: files, key: "{name}" } ] }

        """;

    private readonly CommandRun _run = new(TimeProvider.System);
    private readonly TestCertificateAuthority _authority = new();

    public LocalCommandsTests()
    {
        var issued = _authority.Issue("web.example");
        _run.Write("certs/web.key", System.Text.Encoding.ASCII.GetString(issued.PrivateKeyPem));
        _run.Write("certs/web.crt", System.Text.Encoding.ASCII.GetString(issued.CertificatePem));
        _run.Write("host.yaml", Configuration);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _run.Dispose();
    }

    [Fact]
    public async Task Get_asks_the_sources_itself_and_says_so()
    {
        Assert.Equal(0, await _run.RunAsync("get", "web", "--config", "host.yaml"));

        Assert.Contains("status      Available", _run.Output.Lines());
        Assert.Equal($"secretproviders: no server answers at unix:{_run.Folder}/admin.sock; asking the sources from here", Assert.Single(_run.Error.Lines()));
    }

    [Fact]
    public async Task A_result_that_cannot_be_written_ends_with_1_and_says_why()
    {
        using var full = new FullWriter();

        var code = await HostCommandLine.RunAsync(["get", "web", "--config", "host.yaml"], _run.Environment with { Output = full }, CancellationToken.None);

        Assert.Equal(1, code);
        Assert.Contains("secretproviders: the result cannot be written: No space left on device", _run.Error.Lines());
    }

    [Fact]
    public async Task A_problem_is_told_once_by_the_result()
    {
        _run.Write("certs/web.key", "no key");

        Assert.Equal(1, await _run.RunAsync("check", "--config", "host.yaml"));

        Assert.Contains(" web               Invalid  Malformed: 'files'", Assert.Single(_run.Output.Lines()), StringComparison.Ordinal);
        Assert.DoesNotContain("Malformed", _run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_out_may_be_a_day()
    {
        Assert.Equal(0, await _run.RunAsync("get", "web", "--config", "host.yaml", "--timeout", "24h"));
    }

    [Fact]
    public async Task A_longer_time_out_is_a_mistake()
    {
        Assert.Equal(2, await _run.RunAsync("get", "web", "--config", "host.yaml", "--timeout", "86401s"));
        Assert.Contains("secretproviders: --timeout: is \"86401s\"; write a duration such as 500ms, 10s, 5m, 48h or 7d, at most 24h", _run.Error.Lines());
    }

    [Fact]
    public async Task Get_through_a_pattern_takes_the_parameter()
    {
        Assert.Equal(0, await _run.RunAsync("get", "any/web", "--config", "host.yaml"));
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("any/absent")]
    [InlineData("any/../web")]
    public async Task Get_of_an_absent_name_ends_with_1(string name)
    {
        Assert.Equal(1, await _run.RunAsync("get", name, "--config", "host.yaml"));
        Assert.Contains("status      Absent", _run.Output.Lines());
    }

    [Fact]
    public async Task A_server_that_stopped_uncleanly_does_not_answer()
    {
        using (var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified))
        {
            socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(_run.Folder, "admin.sock")));
        }

        Assert.Equal(0, await _run.RunAsync("get", "web", "--config", "host.yaml"));
        Assert.Contains("no server answers", _run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_admin_listener_the_sources_are_asked()
    {
        _run.Write("host.yaml", Configuration.Replace("server: { admin: { unix: admin.sock } }", string.Empty, StringComparison.Ordinal));

        Assert.Equal(0, await _run.RunAsync("get", "web", "--config", "host.yaml"));
        Assert.StartsWith("secretproviders: server.admin is not set", Assert.Single(_run.Error.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_names_route_source_and_gates()
    {
        Assert.Equal(0, await _run.RunAsync("explain", "web", "--config", "host.yaml"));

        Assert.Contains("route       web", _run.Output.Lines());
        Assert.Contains(_run.Output.Lines(), static line => line.Contains("← in use", StringComparison.Ordinal));
        Assert.Contains(_run.Output.Lines(), static line => line.Contains("passed  ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watch_prints_what_is_until_interrupted()
    {
        var watch = _run.RunAsync("watch", "--config", "host.yaml");
        await _run.Output.WhenContainsAsync("web ");
        _run.Interrupt();

        Assert.Equal(130, await watch);
    }

    [Fact]
    public async Task Check_reads_every_fully_named_secret()
    {
        Assert.Equal(0, await _run.RunAsync("check", "--config", "host.yaml"));

        Assert.Contains("web", Assert.Single(_run.Output.Lines()), StringComparison.Ordinal);
        Assert.Equal(
            ["host.yaml: no mistakes; 1 source, 2 routes", "1 route with a pattern: the names are known only when clients ask, so nothing was read"],
            _run.Error.Lines());
    }

    [Fact]
    public async Task Check_of_a_missing_secret_ends_with_1()
    {
        File.Delete(Path.Combine(_run.Folder, "certs/web.crt"));
        File.Delete(Path.Combine(_run.Folder, "certs/web.key"));

        Assert.Equal(1, await _run.RunAsync("check", "--config", "host.yaml", "--json"));

        Assert.Contains("\"status\":\"Absent\"", Assert.Single(_run.Output.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_of_several_ends_with_1_when_one_is_missing()
    {
        _run.Write("host.yaml", Configuration + "  - { name: absent, from: [ { source: files } ] }\n");

        Assert.Equal(1, await _run.RunAsync("check", "--config", "host.yaml"));

        Assert.Equal(2, _run.Output.Lines().Length);
    }

    [Fact]
    public async Task Check_of_an_expired_certificate_ends_with_1()
    {
        var issued = _authority.IssueExpired("web.example");
        _run.Write("certs/web.key", System.Text.Encoding.ASCII.GetString(issued.PrivateKeyPem));
        _run.Write("certs/web.crt", System.Text.Encoding.ASCII.GetString(issued.CertificatePem));

        Assert.Equal(1, await _run.RunAsync("check", "--config", "host.yaml", "--json"));

        Assert.Contains("\"status\":\"Stale\"", Assert.Single(_run.Output.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_without_patterns_does_not_speak_of_them()
    {
        _run.Write("host.yaml", Configuration.Replace("any/{name}", "any/web", StringComparison.Ordinal).Replace("\"{name}\"", "web", StringComparison.Ordinal));

        Assert.Equal(0, await _run.RunAsync("check", "--config", "host.yaml"));

        Assert.Equal(["host.yaml: no mistakes; 1 source, 2 routes"], _run.Error.Lines());
    }

    [Fact]
    public async Task A_watch_of_more_names_than_allowed_ends_with_2_and_the_reason()
    {
        Assert.Equal(2, await _run.RunAsync("watch", "web", "any/web", "--config", "host.yaml", "--set", "demand.namesPerConsumer=1"));

        Assert.Contains("secretproviders: ", _run.Error.Lines()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_of_trust_that_does_not_come_with_its_leaf_ends_with_1()
    {
        _run.Write("host.yaml", Configuration.Replace("name: web,", "name: web, trust: web_ca,", StringComparison.Ordinal));

        Assert.Equal(1, await _run.RunAsync("check", "--config", "host.yaml"));

        Assert.Contains("web_ca            Absent  The winner of 'web' carries no trust", _run.Output.Lines()[1], StringComparison.Ordinal);
        Assert.Equal("1 route with a pattern: the names are known only when clients ask, so nothing was read", _run.Error.Lines()[^1]);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("get", "web")]
    [InlineData("serve")]
    public async Task A_route_that_can_never_match_ends_with_2_and_its_place(params string[] command)
    {
        _run.Write("host.yaml", "server: { listeners: [ { unix: sds.sock } ] }\n" + ServingRun.Head[ServingRun.Head.IndexOf("sources:", StringComparison.Ordinal)..]
            + "  - { name: \"**\", from: [ { source: files } ] }\n  - { name: web, from: [ { source: files } ] }\n");

        Assert.Equal(2, await _run.RunAsync([.. command, "--config", "host.yaml"]));

        Assert.Equal(
            "host.yaml:6: secrets[1]: it can never match, since route '**' before it takes all its names; move it up or remove it.",
            Assert.Single(_run.Error.Lines(), static line => line.StartsWith("host.yaml:", StringComparison.Ordinal) && !line.EndsWith("routes", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("check")]
    [InlineData("get", "web")]
    [InlineData("serve")]
    public async Task A_setting_that_the_source_refuses_ends_with_2_and_its_place(params string[] command)
    {
        _run.Write("host.yaml", "server: { listeners: [ { unix: sds.sock } ] }\nsources:\n  files: { type: fileSystem, path: certs, poll: 1ms }\nsecrets:\n" + ServingRun.Web);

        Assert.Equal(2, await _run.RunAsync([.. command, "--config", "host.yaml"]));

        Assert.StartsWith("host.yaml:3: sources.files: ", _run.Error.Lines()[^1], StringComparison.Ordinal);
        Assert.Contains("Poll must be from", _run.Error.Lines()[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("serve")]
    public async Task Settings_that_several_sources_refuse_are_told_all_at_once(string command)
    {
        _run.Write(
            "host.yaml",
            "server: { listeners: [ { unix: sds.sock } ] }\nsources:\n  files: { type: fileSystem, path: certs, poll: 1ms }\n  vault: { type: vault, address: \"vault:8200\", auth: { token: { file: t } } }\nsecrets:\n" + ServingRun.Web);

        Assert.Equal(2, await _run.RunAsync(command, "--config", "host.yaml"));

        Assert.Equal(["host.yaml:3: sources.files: ", "host.yaml:4: sources.vault: "], _run.Error.Lines().Select(static line => line[..Math.Min(28, line.Length)]).Where(static line => line.Contains("sources.", StringComparison.Ordinal)));
        Assert.DoesNotContain(_run.Error.Lines(), static line => line.Contains("no mistakes", StringComparison.Ordinal));
    }
}
