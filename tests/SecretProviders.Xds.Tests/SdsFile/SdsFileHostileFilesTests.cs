using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.SdsFile;
using SecretProviders.Testing;

namespace SecretProviders.Xds.Tests.SdsFile;

/// <summary>What is no regular file: to open it would wait for ever, or do something.</summary>
public sealed class SdsFileHostileFilesTests : IAsyncDisposable
{
    private const string SecretType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-file-");
    private readonly SdsFileSecretSource _source;

    public SdsFileHostileFilesTests() => _source = new SdsFileSecretSource(
        "envoy", new SdsFileSecretSourceOptions { Path = At("sds.yaml") }, TimeProvider.System, NullLogger.Instance);

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("pipe", "is a FIFO")]
    [InlineData("link-to-pipe", "is a FIFO")]
    [InlineData("socket", "is a FIFO, a socket")]
    [InlineData("/dev/zero", "or a device")]
    [InlineData("folder", "is a folder")]
    [InlineData("circle", "go round in circles")]
    public async Task File_that_is_named_is_refused_and_harms_no_other_secret(string file, string words)
    {
        using var socket = MakeAll();
        File.WriteAllText(At("token"), "1");
        File.WriteAllText(At("sds.yaml"), $"resources:\n{Resource("bad", file)}{Resource("good", "token")}");

        await using var bad = Watch("bad");
        var message = Assert.IsType<SecretState.Invalid>(await bad.NextAsync()).Problem.Message;
        await using var good = Watch("good");

        await good.WaitForAsync<SecretState.Found>();
        Assert.StartsWith($"{At("sds.yaml")}: secret 'bad': ", message, StringComparison.Ordinal);
        Assert.Contains($"'{At(file)}'", message, StringComparison.Ordinal);
        Assert.Contains(words, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pipe", "is a FIFO")]
    [InlineData("socket", "is a FIFO, a socket")]
    [InlineData("/dev/zero", "or a device")]
    [InlineData("folder", "is a folder")]
    public async Task Resource_file_is_refused(string target, string words)
    {
        using var socket = MakeAll();
        File.CreateSymbolicLink(At("sds.yaml"), At(target));

        await using var reader = Watch("any");

        var message = Assert.IsType<SecretState.Invalid>(await reader.NextAsync()).Problem.Message;
        Assert.Contains($"'{At("sds.yaml")}'", message, StringComparison.Ordinal);
        Assert.Contains(words, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_becomes_a_fifo_keeps_the_last_good_until_it_is_a_file_again()
    {
        File.WriteAllText(At("token"), "1");
        File.WriteAllText(At("sds.yaml"), $"resources:\n{Resource("web", "token")}");
        await using var reader = Watch("web");
        var first = await reader.WaitForAsync<SecretState.Found>();

        MakeFifo("pipe");
        File.Move(At("pipe"), At("token"), overwrite: true);
        Assert.Equal(first.Secret, (await reader.WaitForAsync<SecretState.Invalid>()).LastGood!.Secret);
        File.WriteAllText(At("new"), "2");
        File.Move(At("new"), At("token"), overwrite: true);

        Assert.NotEqual(first.Secret, (await reader.WaitForAsync<SecretState.Found>()).Secret);
    }

    private Socket MakeAll()
    {
        MakeFifo("pipe");
        File.CreateSymbolicLink(At("link-to-pipe"), "pipe");
        File.CreateSymbolicLink(At("circle"), "circle");
        _folder.CreateSubdirectory("folder");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(At("socket")));
        return socket;
    }

    private void MakeFifo(string name)
    {
        using var process = Process.Start("mkfifo", [At(name)]);
        process.WaitForExit();
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private string Resource(string name, string file) =>
        $"- \"@type\": {SecretType}\n  name: {name}\n  generic_secret: {{ secret: {{ filename: \"{At(file)}\" }} }}\n";

    private SecretStateReader Watch(string name) => new(_source, new SecretReference(name));
}
