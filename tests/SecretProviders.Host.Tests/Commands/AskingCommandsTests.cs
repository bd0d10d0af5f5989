using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SecretProviders.Host.Tests.Admin;
using SecretProviders.Testing;

namespace SecretProviders.Host.Tests.Commands;

/// <summary><c>get</c>, <c>watch</c> and <c>explain</c> against a running server: output and exit codes.</summary>
public sealed class AskingCommandsTests
{
    private static readonly GenericSecret Password = new(SensitiveBytes.Copy("hunter2"u8));

    [Fact]
    public async Task Get_prints_the_state_and_nothing_private()
    {
        await using var harness = await AdminHarness.StartAsync();
        using var authority = new TestCertificateAuthority(timeProvider: harness.Run.Time);
        harness.Provider.Set(new SecretSnapshot("web", SecretStatus.Available)
        {
            Secret = authority.Issue("web.example").Secret,
            Version = new SecretVersion("abc"),
            Origins = [new SecretOrigin("files") { Location = "/certs/web" }],
        });

        Assert.Equal(0, await harness.AskAsync("get", "web"));

        Assert.Equal(
            [
                "name        web",
                "status      Available",
                "kind        tlsCertificate",
                "version     abc",
                "origin      files:/certs/web",
                "validity    2025-12-31 23:59:00Z to 2026-01-01 01:00:00Z (valid 60m)",
            ],
            harness.Run.Output.Lines());
    }

    [Fact]
    public async Task Get_as_json_has_the_promised_fields_in_order()
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.Set(new SecretSnapshot("web", SecretStatus.Stale)
        {
            Secret = Password,
            Version = new SecretVersion("abc"),
            Origins = [new SecretOrigin("a"), new SecretOrigin("b")],
            Problem = new SecretProblem(SecretProblemCode.Unavailable, "No answer."),
        });

        Assert.Equal(1, await harness.AskAsync("get", "web", "--json"));

        Assert.Equal(
            """{"name":"web","kind":"generic","status":"Stale","version":"abc","origin":"a, b","notBefore":null,"notAfter":null,"problem":"Unavailable: No answer."}""",
            Assert.Single(harness.Run.Output.Lines()));
    }

    [Theory]
    [InlineData(SecretStatus.Absent)]
    [InlineData(SecretStatus.Denied)]
    [InlineData(SecretStatus.Invalid)]
    [InlineData(SecretStatus.Unavailable)]
    public async Task Get_of_what_is_not_available_ends_with_1(SecretStatus status)
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.SetStatus("web", status);

        Assert.Equal(1, await harness.AskAsync("get", "web"));
        Assert.Contains($"status      {status}", harness.Run.Output.Lines());
    }

    [Fact]
    public async Task Get_reveals_a_value_alone_on_stdout()
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.Set("web", Password);

        Assert.Equal(0, await harness.AskAsync("get", "web", "--reveal"));

        Assert.Equal("hunter2", Assert.Single(harness.Run.Output.Lines()));
        Assert.Contains("name        web", harness.Run.Error.Lines());
    }

    [Fact]
    public async Task Get_reveals_chain_and_key_as_pem()
    {
        await using var harness = await AdminHarness.StartAsync();
        using var authority = new TestCertificateAuthority();
        var issued = authority.Issue();
        harness.Provider.Set("web", issued.Secret);

        Assert.Equal(0, await harness.AskAsync("get", "web", "--reveal"));

        Assert.Equal(
            System.Text.Encoding.ASCII.GetString(issued.CertificatePem) + System.Text.Encoding.ASCII.GetString(issued.PrivateKeyPem),
            harness.Run.Output.ToString());
    }

    [Fact]
    public async Task Get_reveals_fields_tickets_and_trust_as_json()
    {
        await using var harness = await AdminHarness.StartAsync();
        using var authority = new TestCertificateAuthority();
        harness.Provider.Set("fields", new GenericSecret([KeyValuePair.Create("user", SensitiveBytes.Copy("me"u8))]));
        harness.Provider.Set("tickets", new SessionTicketKeys([SensitiveBytes.Copy(new byte[SessionTicketKeys.KeyLength])]));
        harness.Provider.Set("trust", authority.Trust);

        Assert.Equal("bWU=", (await MaterialAsync(harness, "fields")).GetProperty("fields").GetProperty("user").GetString());
        Assert.Equal(Convert.ToBase64String(new byte[SessionTicketKeys.KeyLength]), (await MaterialAsync(harness, "tickets")).GetProperty("ticketKeys")[0].GetString());
        Assert.Equal(authority.Certificate.ToPem(), (await MaterialAsync(harness, "trust")).GetProperty("trustAnchors").GetString());
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_revealed_as_base64()
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.Set("web", new GenericSecret(SensitiveBytes.Copy([0x1b, 0x5b, 0xff])));

        await harness.AskAsync("get", "web", "--reveal");

        Assert.Equal("G1v/", Assert.Single(harness.Run.Output.Lines()));
    }

    [Fact]
    public async Task Get_reveals_fields_tickets_and_trust_as_text()
    {
        await using var harness = await AdminHarness.StartAsync();
        using var authority = new TestCertificateAuthority();
        harness.Provider.Set("fields", new GenericSecret([KeyValuePair.Create("user", SensitiveBytes.Copy("me\tand\nyou"u8))]));
        harness.Provider.Set("tickets", new SessionTicketKeys([SensitiveBytes.Copy(new byte[SessionTicketKeys.KeyLength])]));
        harness.Provider.Set("trust", authority.Trust);

        Assert.Equal("user: me\tand\nyou\n", await RevealAsync(harness, "fields"));
        Assert.Equal($"{Convert.ToBase64String(new byte[SessionTicketKeys.KeyLength])}\n", await RevealAsync(harness, "tickets"));
        Assert.Equal(authority.Certificate.ToPem(), await RevealAsync(harness, "trust"));
    }

    [Fact]
    public async Task Reveal_over_tcp_ends_with_2_and_the_remedy()
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);
        harness.Provider.Set("web", Password);

        Assert.Equal(2, await harness.AskAsync("get", "web", "--reveal"));

        Assert.Contains("set server.admin: { unix: PATH }", harness.Run.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(harness.Run.Output.Lines());
    }

    [Fact]
    public async Task Watch_prints_what_is_and_then_what_changes()
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.Set("web", Password);
        var watch = harness.AskAsync("watch", "web", "--json");
        await harness.Run.Output.WhenContainsAsync("Available");

        harness.Provider.Remove("web");

        await harness.Run.Output.WhenContainsAsync("Absent");
        harness.Run.Interrupt();
        Assert.Equal(130, await watch);
        Assert.Equal(2, harness.Run.Output.Lines().Length);
    }

    [Fact]
    public async Task Watch_takes_a_thousand_names_at_once()
    {
        await using var harness = await AdminHarness.StartAsync();
        string[] names = [.. Enumerable.Range(0, 1000).Select(static number => $"spiffe://example.org/ns/some-namespace/sa/some-service-account-{number:D4}")];
        foreach (var name in names)
        {
            harness.Provider.Set(name, Password);
        }

        var watch = harness.AskAsync(["watch", .. names, "--json"]);
        await harness.Run.Output.WhenContainsAsync(names[^1]);

        harness.Run.Interrupt();
        Assert.Equal(130, await watch);
    }

    [Fact]
    public async Task More_names_than_a_question_holds_end_with_2_and_the_remedy()
    {
        await using var harness = await AdminHarness.StartAsync();

        Assert.Equal(2, await harness.AskAsync(["watch", .. Enumerable.Range(0, 1200).Select(static number => new string('n', 1000) + number)]));

        Assert.Contains("ask for fewer at once", harness.Run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_without_names_takes_those_that_are_known()
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Control.Names = ["asked"];
        harness.Provider.Set("asked", Password);
        harness.Provider.Set("web", Password);
        var watch = harness.AskAsync("watch");

        await harness.Run.Output.WhenContainsAsync("asked");
        await harness.Run.Output.WhenContainsAsync("web");
        harness.Run.Interrupt();
        Assert.Equal(130, await watch);
    }

    [Fact]
    public async Task A_watch_of_more_names_than_allowed_ends_with_2_and_the_reason()
    {
        await using var harness = await AdminHarness.StartAsync(namesPerConsumer: 1);

        Assert.Equal(2, await harness.AskAsync("watch", "a", "b"));
        Assert.NotEmpty(harness.Run.Error.Lines());
    }

    [Fact]
    public async Task A_watch_counts_as_using_what_it_shows()
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.Set("web", Password);
        var watch = harness.AskAsync("watch", "web");

        var report = await harness.Provider.WhenReportedAsync(static report => report.Name == "web");

        Assert.Equal(SecretOutcome.Applied, report.Outcome);
        harness.Run.Interrupt();
        await watch;
    }

    [Fact]
    public async Task Explain_prints_sources_gates_and_the_winner()
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.Set("web", Password);
        var since = harness.Run.Time.GetUtcNow();
        harness.Control.Details = explanation => explanation with
        {
            Sources =
            [
                new SourceExplanation("vault", new SecretReference("kv/web"), "Unavailable", since) { Detail = "Connection refused.", HasLastGood = true },
                new SourceExplanation("files", new SecretReference("web"), "Found", since) { Won = true, HasLastGood = true, Gates = [new GateExplanation("maxBytes", true, "7 of 64"), new GateExplanation("nameInSan", false, "not a certificate")] },
            ],
            Consumers = 2,
            Sent = 2,
            Applied = 1,
            Rejected = 1,
            Rejections = ["envoy-1: bad key"],
            NextChange = since + TimeSpan.FromMinutes(5),
        };

        Assert.Equal(0, await harness.AskAsync("explain", "web"));

        Assert.Equal(
            [
                "route       **",
                "because     The first source has it.",
                "source 1    vault  kv/web  Unavailable since 2026-01-01 00:00:00Z  (last good at hand)",
                "            Connection refused.",
                "source 2    files  web  Found since 2026-01-01 00:00:00Z  ← in use",
                "            passed  maxBytes: 7 of 64",
                "            FAILED  nameInSan: not a certificate",
                "consumers   2: 2 were sent this version, 1 use it, 1 refused it, 0 lag",
                "refused by  envoy-1: bad key",
                "next change 2026-01-01 00:05:00Z at the latest",
            ],
            harness.Run.Output.Lines()[4..]);
    }

    [Fact]
    public async Task Explain_as_json_begins_with_the_promised_fields()
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.SetStatus("web", SecretStatus.Absent);

        Assert.Equal(1, await harness.AskAsync("explain", "web", "--json"));

        Assert.Equal(
            """{"name":"web","kind":null,"status":"Absent","version":null,"origin":null,"notBefore":null,"notAfter":null,"problem":null,"route":"**","reason":"The first source has it.","sources":[],"consumers":0,"sent":0,"applied":0,"rejected":0,"lagging":0,"rejections":[],"nextChange":null}""",
            Assert.Single(harness.Run.Output.Lines()));
    }

    [Theory]
    [InlineData(3, "get", "--timeout", "3s")]
    [InlineData(3, "explain", "--timeout", "3s")]
    [InlineData(10, "get")]
    public async Task A_name_that_stays_pending_is_answered_after_the_time_out(int seconds, string command, params string[] options)
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.SetStatus("web", SecretStatus.Pending);
        var clock = (ManualTimeProvider)harness.Run.Time;
        var timeout = TimeSpan.FromSeconds(seconds);
        var answer = harness.AskAsync([command, "web", .. options]);
        using var hanging = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!clock.ActiveDelays.Contains(timeout))
        {
            Assert.False(hanging.IsCancellationRequested, "The server waits for another time.");
            await Task.Yield();
        }

        clock.Advance(timeout);

        Assert.Equal(1, await answer);
        Assert.Contains("status      Pending", harness.Run.Output.Lines());
    }

    [Theory]
    [InlineData("get")]
    [InlineData("explain")]
    public async Task A_stale_secret_ends_with_1(string command)
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.Set("web", Password);
        harness.Provider.SetStatus("web", SecretStatus.Stale);

        Assert.Equal(1, await harness.AskAsync(command, "web"));
        Assert.Contains("status      Stale", harness.Run.Output.Lines());
    }

    [Fact]
    public async Task A_name_with_slashes_and_signs_is_asked_for_as_it_is()
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.Set("spiffe://a/b?c#d|e&f=g+h%20", Password);

        Assert.Equal(0, await harness.AskAsync("get", "spiffe://a/b?c#d|e&f=g+h%20"));
    }

    [Fact]
    public async Task A_watch_reveals_when_told_to()
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.Set("web", Password);
        var watch = harness.AskAsync("watch", "web", "--reveal");

        await harness.Run.Output.WhenContainsAsync("hunter2");

        harness.Run.Interrupt();
        Assert.Equal(130, await watch);
    }

    [Fact]
    public async Task A_watch_that_reveals_as_json_writes_one_line_per_event()
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.Set("web", Password);
        var watch = harness.AskAsync("watch", "web", "--reveal", "--json");
        await harness.Run.Output.WhenContainsAsync("web");

        harness.Run.Interrupt();

        Assert.Equal(130, await watch);
        Assert.Contains("\"material\"", Assert.Single(harness.Run.Output.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_path_of_a_socket_is_relative_to_the_current_folder()
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.Set("web", Password);

        Assert.Equal(0, await harness.Run.RunAsync("get", "web", "--server", "unix:admin.sock"));
    }

    [Fact]
    public async Task What_a_store_wrote_cannot_forge_a_line()
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.SetStatus("web", SecretStatus.Denied, new SecretProblem(SecretProblemCode.Denied, "no\nstatus      Available\e[2J"));

        Assert.Equal(1, await harness.AskAsync("get", "web"));

        Assert.DoesNotContain("status      Available", harness.Run.Output.Lines());
        Assert.DoesNotContain('\e', harness.Run.Output.ToString());
    }

    [Theory]
    [InlineData("unix:nothing.sock")]
    [InlineData("127.0.0.1:1")]
    public async Task A_server_that_is_not_there_ends_with_3(string address)
    {
        using var run = new CommandRun();

        Assert.Equal(3, await run.RunAsync("get", "web", "--server", address));
        Assert.Contains("start the server, or correct --server", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_else_that_answers_ends_with_3()
    {
        using var run = new CommandRun();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var answering = AnswerOnceAsync(other, "HTTP/1.1 200 OK\r\nServer: envoy\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(3, await run.RunAsync("get", "web", "--server", other.LocalEndpoint.ToString()!));

        await answering;
        Assert.Contains("is not a SecretProviders server", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_another_version_ends_with_3()
    {
        using var run = new CommandRun();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var answering = Task.Run(async () =>
        {
            await AnswerOnceAsync(other, "HTTP/1.1 200 OK\r\nServer: SecretProviders\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            await AnswerOnceAsync(other, "HTTP/1.1 200 OK\r\nServer: SecretProviders\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]");
        });

        Assert.Equal(3, await run.RunAsync("get", "web", "--server", other.LocalEndpoint.ToString()!));

        await answering;
        Assert.Contains("is not understood", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_stops_half_way_ends_with_3_after_the_time_out()
    {
        var clock = new ManualTimeProvider();
        using var run = new CommandRun(clock);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var half = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        var answering = Task.Run(async () =>
        {
            await AnswerOnceAsync(other, "HTTP/1.1 200 OK\r\nServer: SecretProviders\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            using var client = await other.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nServer: SecretProviders\r\nContent-Length: 99\r\n\r\n{"u8.ToArray());
            half.SetResult();
            await ended.Task;
        });

        var asking = run.RunAsync("get", "web", "--server", other.LocalEndpoint.ToString()!);
        await half.Task;
        using var hanging = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!asking.IsCompleted && !hanging.IsCancellationRequested)
        {
            clock.Advance(clock.ActiveTimers > 0 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
            await Task.Yield();
        }

        Assert.False(hanging.IsCancellationRequested, "The command waits for ever.");

        Assert.Equal(3, await asking);
        ended.SetResult();
        await answering;
        Assert.Contains("does not answer", run.Error.ToString(), StringComparison.Ordinal);
    }

    private static async Task AnswerOnceAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        var buffer = new byte[4096];
        Assert.NotEqual(0, await stream.ReadAsync(buffer));
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
    }

    private static async Task<string> RevealAsync(AdminHarness harness, string name)
    {
        Assert.Equal(0, await harness.AskAsync("get", name, "--reveal"));
        return harness.Run.Output.ToString();
    }

    private static async Task<JsonElement> MaterialAsync(AdminHarness harness, string name)
    {
        Assert.Equal(0, await harness.AskAsync("get", name, "--reveal", "--json"));
        return JsonDocument.Parse(harness.Run.Output.ToString()).RootElement.GetProperty("material");
    }
}
