using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>The whole server in this process: sockets, files, reload and drain are real.</summary>
public sealed class ServeTests
{
    [Fact]
    public async Task A_server_is_ready_when_every_named_secret_is_there()
    {
        await using var server = new ServingRun();
        server.WriteCertificate("web");
        await server.StartAsync();

        await server.WhenReadyAsync();

        Assert.Equal((200, "ready\n"), await server.ReadyAsync());
    }

    [Fact]
    public async Task A_server_that_misses_a_secret_says_which()
    {
        await using var server = new ServingRun();
        server.WriteCertificate("other");
        await server.StartAsync();
        await server.Said.WhenContainsAsync(" web ");

        var (status, body) = await server.ReadyAsync();

        Assert.Equal(503, status);
        Assert.StartsWith("not ready\nweb: Absent", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_comes_later_makes_the_server_ready()
    {
        await using var server = new ServingRun();
        Directory.CreateDirectory(Path.Combine(server.Run.Folder, "certs"));
        await server.StartAsync();
        await server.Said.WhenContainsAsync("Absent");

        server.WriteCertificate("web");

        await server.Said.WhenContainsAsync("tlsCertificate");
        Assert.Equal(200, (await server.ReadyAsync()).Status);
    }

    [Fact]
    public async Task Each_rotation_is_one_line()
    {
        await using var server = new ServingRun();
        server.WriteCertificate("web");
        await server.StartAsync();
        var said = await server.Said.WhenContainsAsync("tlsCertificate");

        Assert.Matches(@"(?m)^\d\d:\d\d:\d\d web +tlsCertificate +v [0-9a-f]{8}…  from files:\S+  valid \d+m  → 0 clients$", said);
    }

    [Fact]
    public async Task A_name_that_only_a_client_knows_is_shown_too()
    {
        await using var server = new ServingRun();
        server.WriteCertificate("web");
        await server.StartAsync(ServingRun.Head + "  - { name: \"any/{name}\", from: [ { source: files, key: \"{name}\" } ] }\n");

        Assert.Equal(0, await server.Run.RunAsync("get", "any/web", "--config", "host.yaml"));

        await server.Said.WhenContainsAsync(" any/web ");
    }

    [Fact]
    public async Task More_names_than_one_client_may_hold_are_all_kept_ready()
    {
        await using var server = new ServingRun();
        foreach (var index in Enumerable.Range(0, 5))
        {
            server.WriteCertificate($"web{index}");
        }

        var routes = string.Concat(Enumerable.Range(0, 5).Select(static index => $"  - {{ name: web{index}, from: [ {{ source: files }} ] }}\n"));
        await server.StartAsync(ServingRun.Head + routes + "demand: { namesPerConsumer: 2 }\n");

        foreach (var index in Enumerable.Range(0, 5))
        {
            await server.Said.WhenContainsAsync($" web{index} ");
        }
    }

    [Fact]
    public async Task The_admin_listener_answers_the_command_line()
    {
        await using var server = new ServingRun();
        server.WriteCertificate("web");
        await server.StartAsync();
        await server.WhenReadyAsync();

        Assert.Equal(0, await server.Run.RunAsync("get", "web", "--config", "host.yaml"));

        Assert.Contains("kind        tlsCertificate", server.Run.Output.Lines());
        Assert.Empty(server.Run.Error.Lines());
    }

    [Fact]
    public async Task The_running_server_explains()
    {
        await using var server = new ServingRun();
        server.WriteCertificate("web");
        await server.StartAsync();
        await server.WhenReadyAsync();

        Assert.Equal(0, await server.Run.RunAsync("explain", "web", "--config", "host.yaml"));

        Assert.Contains("route       web", server.Run.Output.Lines());
        Assert.Contains("consumers   0: 0 were sent this version, 0 use it, 0 refused it, 0 lag", server.Run.Output.Lines());
        Assert.Contains(server.Run.Output.Lines(), static line => line.StartsWith("source 1    files  web  Found since", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wildcard_stream_gets_the_names_that_routes_give_in_full()
    {
        await using var server = new ServingRun();
        server.WriteCertificate("web");
        await server.StartAsync(ServingRun.Head.Replace("server:\n", "server:\n  wildcard: true\n", StringComparison.Ordinal) + ServingRun.Web);
        await server.WhenReadyAsync();
        using var http = UnixHttp.Connect(Path.Combine(server.Run.Folder, "sds.sock"));

        // One empty message: a first request without names.
        using var response = await ServingRun.OpenStreamAsync(http, 0, 0, 0, 0, 0);
        var message = await ReadMessageAsync(response);

        Assert.True(message.AsSpan().IndexOf("web"u8) > 0);
        Assert.True(message.AsSpan().IndexOf("BEGIN CERTIFICATE"u8) > 0);
    }

    [Fact]
    public async Task A_stream_that_names_nothing_gets_nothing_unless_told_otherwise()
    {
        await using var server = new ServingRun();
        server.WriteCertificate("web");
        server.WriteCertificate("zeta");
        await server.StartAsync(ServingRun.Head + ServingRun.Web + ServingRun.Web.Replace("web", "zeta", StringComparison.Ordinal));
        await server.WhenReadyAsync();
        using var http = UnixHttp.Connect(Path.Combine(server.Run.Folder, "sds.sock"));

        // A first request without names, and one for zeta.
        using var response = await ServingRun.OpenStreamAsync(http, [0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0x1A, 4, .. "zeta"u8]);
        var message = await ReadMessageAsync(response);

        // The field of the name with its length: the letters alone may stand in a certificate's base64.
        Assert.True(message.AsSpan().IndexOf("\n\u0004zeta"u8) > 0);
        Assert.Equal(-1, message.AsSpan().IndexOf("\n\u0003web"u8));
    }

    [Fact]
    public async Task Open_streams_end_as_unavailable_and_the_exit_code_is_0()
    {
        await using var server = new ServingRun();
        await server.StartAsync();
        using var http = UnixHttp.Connect(Path.Combine(server.Run.Folder, "sds.sock"));
        await ProbeAsync(http);
        var opening = ServingRun.OpenStreamAsync(http);

        // On a connection that stands already, requests go out in the order in which they are made: when the second is
        // answered, the stream is under way.
        await ProbeAsync(http);
        var ended = server.StopAsync();
        using var response = await opening;
        await response.Content.ReadAsByteArrayAsync();

        Assert.Equal("14", Status(response));
        Assert.Equal(0, await ended);
    }

    [Fact]
    public async Task A_draining_server_is_not_ready()
    {
        await using var server = new ServingRun();
        server.WriteCertificate("web");
        await server.StartAsync(server.WriteBig());
        await server.WhenReadyAsync("big");
        using var http = UnixHttp.Connect(Path.Combine(server.Run.Folder, "sds.sock"));
        var unread = await ServingRun.OpenUnreadStreamAsync(http);

        var ended = server.StopAsync();
        (int Status, string Body) ready;
        while ((ready = await server.ReadyAsync()).Status == 200)
        {
            await Task.Yield();
        }

        Assert.Equal((503, "not ready\ndraining\n"), ready);
        unread.Dispose();
        Assert.Equal(0, await ended);
    }

    [Fact]
    public async Task A_changed_file_changes_what_a_ready_server_has()
    {
        await using var server = new ServingRun();
        server.WriteCertificate("web");
        await server.StartAsync();
        await server.WhenReadyAsync();

        server.Run.Write("host.yaml", ServingRun.Head + ServingRun.Web + "  - { name: missing, from: [ { source: files } ] }\n");
        await server.Said.WhenContainsAsync("host.yaml: 2 routes taken as revision 2");

        var (status, body) = await server.ReadyAsync();
        Assert.Equal(503, status);
        Assert.StartsWith("not ready\nmissing: ", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_file_changes_the_routes()
    {
        await using var server = new ServingRun();
        server.WriteCertificate("web");
        server.WriteCertificate("late");
        await server.StartAsync();
        await server.WhenReadyAsync();

        server.Run.Write("host.yaml", ServingRun.Head + ServingRun.Web + "  - { name: late, from: [ { source: files } ] }\n");

        await server.Said.WhenContainsAsync("host.yaml: 2 routes taken as revision 2");
        await server.WhenReadyAsync("late");
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_socket_is_guarded_by_its_mode()
    {
        await using var server = new ServingRun();
        await server.StartAsync(ServingRun.Head.Replace("sds.sock }", "sds.sock, mode: \"0660\" }", StringComparison.Ordinal) + ServingRun.Web);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite,
            File.GetUnixFileMode(Path.Combine(server.Run.Folder, "sds.sock")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.Run.Folder, "admin.sock")));
    }

    [Fact]
    public async Task A_second_server_on_the_same_socket_ends_with_2()
    {
        await using var server = new ServingRun();
        await server.StartAsync();

        Assert.Equal(2, await server.Run.RunAsync("--config", "host.yaml"));

        var error = Assert.Single(server.Run.Error.Lines());
        Assert.StartsWith($"host.yaml:2: cannot listen at unix:{server.Run.Folder}/sds.sock: Another server answers", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unusable_admin_listener_ends_with_2()
    {
        using var run = new CommandRun(TimeProvider.System);
        run.Write("host.yaml", ServingRun.Head.Replace("unix: admin.sock", "unix: absent/admin.sock", StringComparison.Ordinal) + ServingRun.Web);

        Assert.Equal(2, await run.RunAsync("--config", "host.yaml"));

        var error = Assert.Single(run.Error.Lines());
        Assert.StartsWith($"host.yaml:3: cannot listen at unix:{run.Folder}/absent/admin.sock: The folder", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_ends_with_2_and_the_remedy()
    {
        using var run = new CommandRun(TimeProvider.System);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        run.Write("host.yaml", ServingRun.Head.Replace("unix: sds.sock", $"address: \"{taken.LocalEndpoint}\"", StringComparison.Ordinal) + ServingRun.Web);

        Assert.Equal(2, await run.RunAsync("--config", "host.yaml"));

        var error = Assert.Single(run.Error.Lines());
        Assert.StartsWith($"host.yaml:2: cannot listen at {taken.LocalEndpoint}: ", error, StringComparison.Ordinal);
        Assert.EndsWith("Stop what listens there, or choose another place.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_machine_ends_with_2_and_the_remedy()
    {
        using var run = new CommandRun(TimeProvider.System);
        run.Write("host.yaml", ServingRun.Head.Replace("unix: sds.sock", "address: \"192.0.2.1:8234\", allowPlaintextOnNetwork: true", StringComparison.Ordinal) + ServingRun.Web);

        Assert.Equal(2, await run.RunAsync("--config", "host.yaml"));

        Assert.Equal(["host.yaml:2: cannot listen at 192.0.2.1:8234: this machine has no such address. Choose one that it has."], run.Error.Lines());
    }

    [Fact]
    public async Task The_greeting_shows_how_to_watch_this_server()
    {
        await using var server = new ServingRun();

        await server.StartAsync();

        await server.Said.WhenContainsAsync($"try: secretproviders watch --server unix:{server.Run.Folder}/admin.sock");
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_socket_is_not_touched()
    {
        using var run = new CommandRun(TimeProvider.System);
        run.Write("host.yaml", ServingRun.Head + ServingRun.Web);
        run.Write("sds.sock", "precious");

        Assert.Equal(2, await run.RunAsync("--config", "host.yaml"));

        Assert.Equal("precious", await File.ReadAllTextAsync(Path.Combine(run.Folder, "sds.sock")));
    }

    [Fact]
    public async Task A_server_told_to_stop_before_it_started_ends_with_0()
    {
        using var run = new CommandRun(TimeProvider.System);
        run.Write("host.yaml", ServingRun.Head + ServingRun.Web);
        run.Interrupt();

        Assert.Equal(0, await run.RunAsync("--config", "host.yaml"));
    }

    [Fact]
    public async Task A_server_leaves_no_socket_behind()
    {
        await using var server = new ServingRun();
        await server.StartAsync();

        await server.StopAsync();

        Assert.Empty(Directory.GetFiles(server.Run.Folder, "*.sock"));
    }

    [Fact]
    public async Task The_end_of_the_server_is_no_event_of_a_secret()
    {
        await using var server = new ServingRun();
        server.WriteCertificate("web");
        await server.StartAsync();
        await server.WhenReadyAsync();

        await server.StopAsync();

        Assert.Contains("stopping: ", server.Said.Lines()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_can_be_started_again_at_once()
    {
        await using var server = new ServingRun();
        await server.StartAsync();
        await server.StopAsync();
        await using var again = HostProcess.Start(server.Run.Folder, "--config", "host.yaml");

        await again.Error.WhenContainsAsync("admin at");
    }

    [Fact]
    public async Task An_unsound_certificate_harms_no_other_name()
    {
        await using var server = new ServingRun();
        server.WriteCertificate("web");
        server.Run.Write("certs/broken.crt", "no certificate");
        server.Run.Write("certs/broken.key", "no key");
        await server.StartAsync(ServingRun.Head + ServingRun.Web + "  - { name: broken, from: [ { source: files } ] }\n");
        await server.Said.WhenContainsAsync(" web ");
        await server.Said.WhenContainsAsync(" broken ");

        var (status, body) = await server.ReadyAsync();

        Assert.Equal(503, status);
        Assert.Contains("broken: Invalid", body, StringComparison.Ordinal);
        Assert.DoesNotContain("web", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_gRPC_is_spoken_where_secrets_are_served()
    {
        await using var server = new ServingRun();
        await server.StartAsync();
        var socket = Path.Combine(server.Run.Folder, "sds.sock");

        var (status, body) = await UnixHttp.GetAsync(socket, "/v1/get?name=web");

        Assert.Equal(400, status);
        Assert.Contains("HTTP/2 only", body, StringComparison.Ordinal);
    }

    private static string? Status(HttpResponseMessage response) =>
        response.TrailingHeaders.TryGetValues("grpc-status", out var trailing) ? trailing.Single()
        : response.Headers.TryGetValues("grpc-status", out var leading) ? leading.Single()
        : null;

    private static async Task ProbeAsync(HttpMessageInvoker http)
    {
        using var probe = new HttpRequestMessage(HttpMethod.Get, "http://localhost/nothing") { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        (await http.SendAsync(probe, CancellationToken.None)).Dispose();
    }

    private static async Task<byte[]> ReadMessageAsync(HttpResponseMessage response)
    {
        var stream = await response.Content.ReadAsStreamAsync();
        var frame = new byte[5];
        await stream.ReadExactlyAsync(frame);
        var message = new byte[System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(1))];
        await stream.ReadExactlyAsync(message);
        return message;
    }
}
