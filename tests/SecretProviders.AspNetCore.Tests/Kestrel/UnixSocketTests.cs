using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SecretProviders.AspNetCore.Kestrel;
using SecretProviders.Xds.Grpc;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Kestrel;

[UnsupportedOSPlatform("windows")]
public sealed class UnixSocketTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-");

    private string SocketPath => Path.Combine(_folder.FullName, "sds.sock");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Only_the_owner_may_connect_by_default()
    {
        await using var server = await SdsServer.StartAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(server.SocketPath));
    }

    [Fact]
    public async Task Mode_is_as_asked_and_two_sockets_keep_their_own()
    {
        const UnixFileMode Shared = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        await using var server = await SdsServer.StartAsync(kestrel: options => options.ListenSecretDiscovery(SocketPath, Shared));

        Assert.Equal(Shared, File.GetUnixFileMode(SocketPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(server.SocketPath));
    }

    [Fact]
    public async Task Mode_is_set_before_anybody_can_connect()
    {
        UnixFileMode? mode = null;
        var binding = new UnixSocketBinding(SocketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite, endPoint =>
        {
            var bound = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            bound.Bind(endPoint);
            return bound;
        });

        using var socket = binding.Bind(new UnixDomainSocketEndPoint(SocketPath));
        mode = File.GetUnixFileMode(SocketPath);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath)));
    }

    [Fact]
    public async Task Socket_that_a_dead_server_left_is_replaced()
    {
        LeaveStaleSocket();

        await using var server = await SdsServer.StartAsync(kestrel: options => options.ListenSecretDiscovery(SocketPath));
        server.Provider.Set("a", Generic("one"));
        using var channel = new GrpcChannel($"unix:{SocketPath}");

        Assert.Equal("one", Text(await channel.CallAsync(FetchSecrets, Ask("a"))));
    }

    [Fact]
    public async Task Socket_on_which_somebody_answers_is_left_alone()
    {
        await using var first = await SdsServer.StartAsync();

        var failure = await Assert.ThrowsAsync<IOException>(() => SdsServer.StartAsync(kestrel: options => options.ListenSecretDiscovery(first.SocketPath)));

        Assert.Contains("Another server answers", failure.Message, StringComparison.Ordinal);
        using var channel = first.Connect();
        Assert.Empty((await channel.CallAsync(FetchSecrets, Ask("a"))).Resources);
    }

    [Fact]
    public void Socket_of_a_server_too_busy_to_answer_is_left_alone()
    {
        using var busy = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        busy.Bind(new UnixDomainSocketEndPoint(SocketPath));
        busy.Listen(backlog: 1);
        var waiting = FillBacklog();

        var failure = Assert.Throws<IOException>(() => new UnixSocketBinding(SocketPath, UnixFileMode.UserRead, static _ => throw new UnreachableException()).Bind(new UnixDomainSocketEndPoint(SocketPath)));

        Assert.Contains("Another server answers", failure.Message, StringComparison.Ordinal);
        waiting.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task File_is_never_deleted()
    {
        await File.WriteAllTextAsync(SocketPath, "precious");

        var failure = await Assert.ThrowsAsync<IOException>(() => SdsServer.StartAsync(kestrel: options => options.ListenSecretDiscovery(SocketPath)));

        Assert.Contains("is not a socket", failure.Message, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(SocketPath));
    }

    [Fact]
    public async Task Folder_in_the_way_is_told()
    {
        Directory.CreateDirectory(SocketPath);

        var failure = await Assert.ThrowsAsync<IOException>(() => SdsServer.StartAsync(kestrel: options => options.ListenSecretDiscovery(SocketPath)));

        Assert.Contains("is not a socket", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_folder_is_told()
    {
        var path = Path.Combine(_folder.FullName, "missing", "sds.sock");

        var failure = await Assert.ThrowsAsync<IOException>(() => SdsServer.StartAsync(kestrel: options => options.ListenSecretDiscovery(path)));

        Assert.Contains("does not exist", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sds.sock")]
    [InlineData("/tmp/012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task Path_that_no_socket_can_have_is_refused(string path)
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => SdsServer.StartAsync(kestrel: options => options.ListenSecretDiscovery(path)));

        Assert.Contains("must be absolute and have at most 107 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Longest_path_of_a_socket_is_taken()
    {
        var folder = Path.Combine(_folder.FullName, new string('f', 107 - _folder.FullName.Length - "//s".Length));
        Directory.CreateDirectory(folder);

        await using var server = await SdsServer.StartAsync(kestrel: options => options.ListenSecretDiscovery(Path.Combine(folder, "s")));

        Assert.True(File.Exists(Path.Combine(folder, "s")));
    }

    [Fact]
    public async Task Socket_is_gone_after_the_server()
    {
        var server = await SdsServer.StartAsync();
        var path = server.SocketPath;

        await server.StopAsync();

        Assert.False(Path.Exists(path));
        await server.DisposeAsync();
    }

    [Fact]
    public void Host_without_the_socket_transport_is_told()
    {
        var options = new KestrelServerOptions();

        var failure = Assert.Throws<InvalidOperationException>(() => options.ListenSecretDiscovery(SocketPath));

        Assert.Contains("ConfigureKestrel", failure.Message, StringComparison.Ordinal);
    }

    private void LeaveStaleSocket()
    {
        // Moved away while bound, the file outlives its socket, as after a crash.
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(SocketPath + ".old"));
            File.Move(SocketPath + ".old", SocketPath);
        }

        Assert.True(Path.Exists(SocketPath));
    }

    // How many connections fit is the kernel's business: they fit until one does not.
    private List<Socket> FillBacklog()
    {
        List<Socket> clients = [];
        try
        {
            while (true)
            {
                clients.Add(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false });
                clients[^1].Connect(new UnixDomainSocketEndPoint(SocketPath));
            }
        }
        catch (SocketException)
        {
            return clients;
        }
    }
}
