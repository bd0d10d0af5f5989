using System.Diagnostics;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using SecretProviders.Testing;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Protos.Discovery;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>A server that names files of the machine that asks it, over a real socket and with real files.</summary>
public sealed class FilenameTests : SdsSourceTest
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-named-");
    private readonly TestCertificateAuthority _authority = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _authority.Dispose();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task File_is_refused_unless_allowed()
    {
        Write("token", "here");
        Server.Put("web", Named("web", At("token")));

        var state = Assert.IsType<SecretState.Invalid>(await Watch(Source(), "web").NextAsync());

        Assert.Contains("set allowFilenames", state.Problem.Message, StringComparison.Ordinal);
        await WhenRefusedAsync("set allowFilenames");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task File_is_read_and_acknowledged_and_followed_without_the_server(bool delta)
    {
        Write("token", "one");
        Server.Put("web", Named("web", At("token")));
        var reader = Watch(Allowing(delta), "web");
        Assert.Equal("one", Text(await reader.NextAsync()));
        await WhenIdleAsync();
        var requests = Server.Requests.Count;

        Write("token", "two");

        Assert.Equal("two", Text(await reader.NextAsync()));
        Assert.Equal(requests, Server.Requests.Count);
    }

    [Theory]
    [InlineData("pipe", "is a FIFO")]
    [InlineData("folder", "is a folder")]
    [InlineData("/dev/zero", "or a device")]
    [InlineData("missing", "is not there; put it there")]
    [InlineData("large", "are allowed")]
    public async Task What_is_no_file_is_refused_with_the_reason_and_harms_no_other(string file, string words)
    {
        using (var process = Process.Start("mkfifo", [At("pipe")]))
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        _folder.CreateSubdirectory("folder");
        await using (var large = File.Create(At("large")))
        {
            large.SetLength(SecretProviders.Sds.NamedFiles.MaxBytes + 1);
        }

        Server.Put("bad", Named("bad", At(file)));
        Server.Put("good", Generic("inline"));
        var source = Allowing();

        var bad = Assert.IsType<SecretState.Invalid>(await Watch(source, "bad").NextAsync());

        Assert.Contains(words, bad.Problem.Message, StringComparison.Ordinal);
        Assert.Contains(At(file), bad.Problem.Message, StringComparison.Ordinal);
        await WhenRefusedAsync(words);
        Assert.Equal("inline", Text(await Watch(source, "good").NextAsync()));
    }

    [Theory]
    [InlineData("certs/token")]
    [InlineData("")]
    [InlineData("/certs/\0token")]
    public async Task Path_that_is_not_absolute_is_refused(string path)
    {
        Server.Put("web", Named("web", path));

        var state = Assert.IsType<SecretState.Invalid>(await Watch(Allowing(), "web").NextAsync());

        Assert.Contains("send the absolute path", state.Problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', state.Problem.Message);
    }

    [Fact]
    public async Task File_that_comes_later_heals_its_secret_without_the_server()
    {
        Server.Put("web", Named("web", At("token")));
        var reader = Watch(Allowing(), "web");
        Assert.IsType<SecretState.Invalid>(await reader.NextAsync());
        await WhenRefusedAsync("put it there");
        await WhenIdleAsync();
        var requests = Server.Requests.Count;

        Write("token", "here");

        Assert.Equal("here", Text(await reader.NextAsync()));
        Assert.Equal(requests, Server.Requests.Count);
    }

    [Fact]
    public async Task File_that_goes_keeps_the_last_good()
    {
        Write("token", "one");
        Server.Put("web", Named("web", At("token")));
        var reader = Watch(Allowing(), "web");
        await reader.NextAsync();

        File.Delete(At("token"));

        Assert.Equal("one", Text((await PassUntilAsync<SecretState.Invalid>(reader)).LastGood!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_waits_for_a_file_after_its_name_or_its_source_has_gone(bool isSource)
    {
        Write("token", "one");
        Server.Put("web", Named("web", At("token")));
        Server.Put("other", Generic("inline"));
        var source = Allowing();
        var reader = Watch(source, "web");
        await reader.NextAsync();
        await Watch(source, "other").NextAsync();
        File.Delete(At("token"));
        while (!IsExchanging)
        {
            // The watcher waits for quiet before it has a file read that has gone.
            Clock.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(1));
        }

        await (isSource ? source.DisposeAsync() : reader.DisposeAsync());

        while (IsExchanging)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Certificate_and_key_that_are_exchanged_one_by_one_are_never_unsound()
    {
        Put(_authority.Issue("one.example").Secret);
        Server.Put("web", Any.Pack(
            new Tls.Secret { Name = "web", TlsCertificate = new() { CertificateChain = new() { Filename = At("web.crt") }, PrivateKey = new() { Filename = At("web.key") } } },
            "type.googleapis.com"));
        var reader = Watch(Allowing(), "web");
        await reader.NextAsync();

        for (var rotation = 0; rotation < 5; rotation++)
        {
            var next = _authority.Issue($"{rotation}.example").Secret;
            Put(next);
            Assert.Equal(next, Assert.IsType<SecretState.Found>(await reader.NextAsync()).Secret);
        }
    }

    [Fact]
    public async Task Swap_of_a_watched_folder_is_seen()
    {
        Swap("one");
        Server.Put("web", Any.Pack(
            new Tls.Secret { Name = "web", GenericSecret = new() { Secret = new() { Filename = At("mount/token"), WatchedDirectory = new() { Path = At("mount") } } } },
            "type.googleapis.com"));
        var reader = Watch(Allowing(), "web");
        Assert.Equal("one", Text(await reader.NextAsync()));

        Swap("two");

        Assert.Equal("two", Text(await reader.NextAsync()));
    }

    [Fact]
    public async Task Secret_that_names_another_file_is_read_from_there()
    {
        Write("one", "1");
        Write("two", "2");
        Server.Put("web", Named("web", At("one")));
        var reader = Watch(Allowing(), "web");
        Assert.Equal("1", Text(await reader.NextAsync()));

        Server.Put("web", Named("web", At("two")));
        Assert.Equal("2", Text(await reader.NextAsync()));
        Write("two", "3");

        Assert.Equal("3", Text(await reader.NextAsync()));
    }

    [Fact]
    public async Task Files_are_followed_after_a_stream_that_was_resumed()
    {
        Write("token", "one");
        Server.Put("web", Named("web", At("token")));
        var proxy = Proxy(Server);
        var reader = Watch(Source(static options => (options.Delta, options.AllowFilenames) = (true, true), $"unix:{ProxyPath(Server)}"), "web");
        await reader.NextAsync();

        proxy.Turn(ProxyMode.Closed);
        Assert.Equal("one", Text((await PassUntilAsync<SecretState.Unavailable>(reader)).LastGood!));
        Write("token", "two");
        var fresher = Assert.IsType<SecretState.Unavailable>(await reader.NextAsync());
        proxy.Turn(ProxyMode.Open);
        Assert.Equal("two", Text(await PassUntilAsync<SecretState.Found>(reader)));
        Write("token", "three");

        Assert.Equal("two", Text(fresher.LastGood!));
        Assert.Equal("three", Text(await reader.NextAsync()));
        Assert.Contains(Server.Requests.OfType<DeltaDiscoveryRequest>(), static request => request.InitialResourceVersions.ContainsKey("web"));
    }

    [Fact]
    public async Task File_that_changes_while_its_name_is_on_the_way_to_another_stream_is_seen()
    {
        Write("token", "one");
        Server.Put("web", Named("web", At("token")));
        var source = Allowing();
        var reader = Watch(source, "web");
        await reader.NextAsync();
        Server.Refuse("foreign", new GrpcStatus(GrpcStatusCode.InvalidArgument, "no"));

        Assert.IsType<SecretState.Denied>(await Watch(source, "foreign").NextAsync());
        Write("token", "two");

        Assert.Equal("two", Text(await reader.NextAsync()));
    }

    // Half a second is given to files that are being exchanged; by the source's clock nothing else takes as long here.
    private bool IsExchanging => Clock.ActiveDelays.Contains(TimeSpan.FromMilliseconds(500));

    private static Any Named(string name, string path) =>
        Any.Pack(new Tls.Secret { Name = name, GenericSecret = new() { Secret = new() { Filename = path } } }, "type.googleapis.com");

    private SecretProviders.Sds.SdsSecretSource Allowing(bool delta = false) => Source(options => (options.Delta, options.AllowFilenames) = (delta, true));

    private string At(string name) => name.Length == 0 || Path.IsPathRooted(name) ? name : Path.Combine(_folder.FullName, name);

    private void Write(string name, string text)
    {
        File.WriteAllText(At(name + ".new"), text);
        File.Move(At(name + ".new"), At(name), overwrite: true);
    }

    private void Put(TlsCertificate certificate)
    {
        Write("web.crt", string.Concat(certificate.Chain.Select(static one => one.ToPem())));
        Write("web.key", System.Security.Cryptography.PemEncoding.WriteString("PRIVATE KEY", ((PrivateKeyBytes)certificate.PrivateKey).Pkcs8.GetSpan()));
    }

    private void Swap(string generation)
    {
        Directory.CreateDirectory(At($"mount/..{generation}"));
        File.WriteAllText(At($"mount/..{generation}/token"), generation);
        File.CreateSymbolicLink(At("mount/..data_tmp"), $"..{generation}");
        using var rename = Process.Start("mv", ["-T", At("mount/..data_tmp"), At("mount/..data")]);
        rename.WaitForExit();
        if (!File.Exists(At("mount/token")))
        {
            File.CreateSymbolicLink(At("mount/token"), "..data/token");
        }
    }

    private async Task WhenRefusedAsync(string words)
    {
        while (!Server.Requests.OfType<DiscoveryRequest>().Any(request => request.ErrorDetail?.Message.Contains(words, StringComparison.Ordinal) == true))
        {
            await Task.Yield();
        }
    }

    private async Task WhenIdleAsync()
    {
        while (Server.IsBusy)
        {
            await Task.Yield();
        }
    }
}
