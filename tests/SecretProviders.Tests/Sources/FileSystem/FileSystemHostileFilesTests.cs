using System.Net.Sockets;
using System.Runtime.Versioning;
using SecretProviders.FileSystem;

namespace SecretProviders.Tests.FileSystem;

/// <summary>What may lie where a file is expected: each is a state with a message, and nothing blocks.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FileSystemHostileFilesTests : IAsyncDisposable
{
    private readonly FileSystemTestBed _bed = new();

    [Fact]
    public async Task Fifo_is_refused_without_being_opened()
    {
        _bed.Folder.CreateFolder("certs/server");
        Posix.MakeFifo(_bed.Folder["certs/server/tls.crt"]);
        _bed.Folder.Write("certs/server/tls.key", "x");

        await ExpectInvalidAsync("server", SecretProblemCode.Malformed, $"'{_bed.Folder["certs/server/tls.crt"]}' is a FIFO, a socket or a device");
    }

    [Fact]
    public async Task Link_to_a_fifo_is_refused_too()
    {
        Posix.MakeFifo(_bed.Folder["pipe"]);
        _bed.Folder.Link("certs/server.pem", "../pipe");

        await ExpectInvalidAsync("server", SecretProblemCode.Malformed, "is a FIFO");
    }

    [Fact]
    public async Task Socket_is_refused()
    {
        _bed.Folder.CreateFolder("certs");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_bed.Folder["certs/server.pem"]));

        await ExpectInvalidAsync("server", SecretProblemCode.Malformed, "is a FIFO, a socket or a device");
    }

    [Fact]
    public async Task Device_is_refused()
    {
        _bed.Folder.Link("certs/server.pem", "/dev/zero");

        await ExpectInvalidAsync("server", SecretProblemCode.Malformed, "is a FIFO, a socket or a device");
    }

    [Fact]
    public async Task Folder_in_the_place_of_a_file_is_refused()
    {
        _bed.Folder.CreateFolder("certs/server/tls.crt");

        await ExpectInvalidAsync("server", SecretProblemCode.Malformed, "is a folder, but a file is expected");
    }

    [Fact]
    public async Task Links_that_go_round_in_circles_are_told()
    {
        _bed.Folder.Link("certs/server/tls.crt", "tls.key");
        _bed.Folder.Link("certs/server/tls.key", "tls.crt");

        await ExpectInvalidAsync("server", SecretProblemCode.Malformed, "go round in circles");
    }

    [Fact]
    public async Task Folder_that_links_to_itself_is_told()
    {
        _bed.Folder.Link("certs/server", "server");

        await ExpectInvalidAsync("server", SecretProblemCode.Malformed, "go round in circles");
    }

    [Fact]
    public async Task Source_folder_that_links_to_itself_is_an_outage()
    {
        _bed.Folder.Link("loop", "loop");
        _bed.Options.Path = _bed.Folder["loop"];

        var unavailable = Assert.IsType<SecretState.Unavailable>(await _bed.ReadAsync("server"));
        Assert.Contains("go round in circles", unavailable.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_to_nothing_is_incomplete_and_no_removal()
    {
        _bed.Folder.Link("certs/server.pem", "gone.pem");

        await ExpectInvalidAsync("server", SecretProblemCode.Incomplete, "a link to 'gone.pem', which leads to nothing");
    }

    [Fact]
    public async Task Folder_that_links_to_nothing_is_incomplete()
    {
        _bed.Folder.Link("certs/server", "releases/7");

        await ExpectInvalidAsync("server", SecretProblemCode.Incomplete, "a link to 'releases/7', which leads to nothing");
    }

    [Fact]
    public async Task Absent_file_behind_a_sound_link_is_not_found()
    {
        _bed.Folder.CreateFolder("releases/7");
        _bed.Folder.Link("certs/current", "../releases/7");

        Assert.IsType<SecretState.NotFound>(await _bed.ReadAsync("current/server"));
    }

    [Fact]
    public async Task Missing_key_names_the_file_that_is_missing()
    {
        _bed.Folder.Write("certs/server.crt", _bed.Issue().CertificatePem);

        await ExpectInvalidAsync(
            "server", SecretProblemCode.Incomplete, $"'{_bed.Folder["certs/server.key"]}' is missing beside '{_bed.Folder["certs/server.crt"]}'");
    }

    [Fact]
    public async Task Huge_file_is_refused_by_its_size_alone()
    {
        _bed.Folder.CreateFolder("certs");
        using (var file = File.Create(_bed.Folder["certs/server.pem"]))
        {
            // Sparse: were it read, the test would notice by its zeros, not by the disk.
            file.SetLength(100 * 1024 * 1024);
        }

        await ExpectInvalidAsync("server", SecretProblemCode.TooLarge, "has 104857600 bytes, but a secret may have 1048576");
    }

    [Fact]
    public async Task Files_that_are_too_large_together_are_refused()
    {
        _bed.Options.MaxBytes = 10;
        _bed.Folder.Write("certs/login/a", "123456");
        _bed.Folder.Write("certs/login/b", "123456");

        await ExpectInvalidAsync("login", SecretProblemCode.TooLarge, "has 12 bytes", SecretKind.Generic);
    }

    [Fact]
    public async Task Folder_with_too_many_files_is_no_secret()
    {
        for (var number = 0; number < 300; number++)
        {
            _bed.Folder.Write($"certs/many/{number}", "x");
        }

        await ExpectInvalidAsync("many", SecretProblemCode.TooLarge, "holds more than 256 files", SecretKind.Generic);
    }

    [Fact]
    public async Task Source_folder_that_is_a_file_is_an_outage()
    {
        _bed.Folder.Write("file", "x");
        _bed.Options.Path = _bed.Folder["file"];

        var unavailable = Assert.IsType<SecretState.Unavailable>(await _bed.ReadAsync("server"));
        Assert.Contains("is not a folder", unavailable.Error, StringComparison.Ordinal);
        Assert.True(unavailable.Definite);
    }

    [Fact]
    public void Unreadable_file_is_denied_with_its_mode_and_owner()
    {
        _bed.Folder.Write("server.pem", "x");
        File.SetUnixFileMode(_bed.Folder["server.pem"], UnixFileMode.None);
        OpenToAll(_bed.Folder.Root);

        var denied = Assert.IsType<SecretState.Denied>(Posix.AsNobody(() => Read("server")));
        Assert.Contains($"'{_bed.Folder["server.pem"]}' has mode 0000 and owner {Posix.UserId}: let ", denied.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_that_may_not_be_searched_is_denied()
    {
        _bed.Folder.Write("server/tls.crt", "x");
        File.SetUnixFileMode(_bed.Folder["server"], UnixFileMode.None);
        OpenToAll(_bed.Folder.Root);

        var denied = Assert.IsType<SecretState.Denied>(Posix.AsNobody(() => Read("server")));
        Assert.Contains("search the folders above it", denied.Remedy, StringComparison.Ordinal);
        File.SetUnixFileMode(_bed.Folder["server"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Folder_that_may_not_be_listed_is_denied()
    {
        _bed.Folder.Write("login/user", "x");
        File.SetUnixFileMode(_bed.Folder["login"], UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        OpenToAll(_bed.Folder.Root);

        Assert.IsType<SecretState.Denied>(Posix.AsNobody(() => Read("login", SecretKind.Generic)));
        File.SetUnixFileMode(_bed.Folder["login"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task Hostile_key_is_a_state()
    {
        await ExpectInvalidAsync("../../etc/shadow", SecretProblemCode.BadName, "may not climb");
    }

    [Fact]
    public async Task Bad_neighbour_hurts_nobody()
    {
        var certificate = _bed.Issue();
        _bed.WriteFolder("certs/good", certificate);
        _bed.Folder.CreateFolder("certs/bad");
        Posix.MakeFifo(_bed.Folder["certs/bad/tls.crt"]);

        Assert.IsType<SecretState.Invalid>(await _bed.ReadAsync("bad"));
        Assert.Equal(certificate.Secret, Assert.IsType<SecretState.Found>(await _bed.ReadAsync("good")).Secret);
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    private static void OpenToAll(string folder) => File.SetUnixFileMode(
        folder,
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);

    private SecretState? Read(string name, SecretKind? kind = null)
    {
        var reference = new SecretReference(name) { Kind = kind };
        Assert.True(FileSystemKey.TryParse(reference, out var key, out _));
        return new FileSystemSecretFiles(new FileSystemTree(_bed.Folder.Root), key, reference, 1024, "files").Read().State;
    }

    private async Task ExpectInvalidAsync(string key, SecretProblemCode code, string message, SecretKind? kind = null)
    {
        var invalid = Assert.IsType<SecretState.Invalid>(await _bed.ReadAsync(key, kind));
        Assert.Equal(code, invalid.Problem.Code);
        Assert.Contains(message, invalid.Problem.Message, StringComparison.Ordinal);
    }
}
