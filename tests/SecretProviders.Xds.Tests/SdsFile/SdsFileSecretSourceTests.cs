using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.SdsFile;
using SecretProviders.Testing;

namespace SecretProviders.Xds.Tests.SdsFile;

/// <summary>A resource file, the files that it names, and what happens to them; by the system's clock.</summary>
public sealed class SdsFileSecretSourceTests : IAsyncLifetime
{
    private const string SecretType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-file-");
    private readonly TestCertificateAuthority _authority = new();
    private SdsFileSecretSource? _source;

    private SdsFileSecretSource Source => _source ??= new SdsFileSecretSource(
        "envoy", new SdsFileSecretSourceOptions { Path = At("sds.yaml") }, TimeProvider.System, NullLogger.Instance);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_source is { } source)
        {
            await source.DisposeAsync();
        }

        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Swap_of_a_mounted_folder_rotates_certificate_and_key_together()
    {
        var first = Mount("one");
        Write("sds.yaml", $"""
            resources:
            - "@type": {SecretType}
              name: web
              tls_certificate:
                certificate_chain: {At("mount/tls.crt", "filename")}
                private_key: {At("mount/tls.key", "filename")}
                watched_directory: {At("mount", "path")}
            """);
        await using var reader = Watch("web");
        Assert.Equal(first, (await reader.WaitForAsync<SecretState.Found>()).Secret);

        var second = Mount("two");
        await reader.WaitForAsync<SecretState.Found>(found => found.Secret.Equals(second));

        Assert.All(reader.History, static state => Assert.IsType<SecretState.Found>(state));
    }

    [Fact]
    public async Task Files_that_are_exchanged_one_by_one_are_never_unsound()
    {
        Put(_authority.Issue("one.example").Secret);
        Write("sds.yaml", $"""
            resources:
            - "@type": {SecretType}
              name: web
              tls_certificate: {OpenBrace} certificate_chain: {At("web.crt", "filename")}, private_key: {At("web.key", "filename")} {CloseBrace}
            """);

        // The moment that a pair may be unsound never ends, however slow the machine is between its two files.
        await using var source = new SdsFileSecretSource(
            "envoy", new SdsFileSecretSourceOptions { Path = At("sds.yaml") }, new ManualTimeProvider(), NullLogger.Instance);
        await using var reader = new SecretStateReader(source, new SecretReference("web"));
        await reader.WaitForAsync<SecretState.Found>();

        for (var rotation = 0; rotation < 5; rotation++)
        {
            var next = _authority.Issue($"{rotation}.example").Secret;
            Put(next);
            await reader.WaitForAsync<SecretState.Found>(found => found.Secret.Equals(next));
        }

        Assert.All(reader.History, static state => Assert.IsType<SecretState.Found>(state));
    }

    [Theory]
    [InlineData("generic_secret: { secret: { filename: token, watched_directory: { path: announced } } }")]
    [InlineData("validation_context: { trusted_ca: { filename: ca.crt }, watched_directory: { path: announced } }")]
    [InlineData("tls_certificate: { certificate_chain: { filename: web.crt }, private_key: { filename: web.key }, watched_directory: { path: announced } }")]
    public async Task Move_in_the_watched_directory_has_files_read_that_lie_elsewhere(string content)
    {
        using var other = new TestCertificateAuthority();
        Directory.CreateDirectory(At("announced"));
        WriteInPlace(_authority);
        Write("sds.yaml", $"resources:\n- \"@type\": {SecretType}\n  name: web\n  {content}\n");

        // A file that is written in place is read when it rests, which on this clock is never.
        await using var source = new SdsFileSecretSource(
            "envoy", new SdsFileSecretSourceOptions { Path = At("sds.yaml") }, new ManualTimeProvider(), NullLogger.Instance);
        await using var reader = new SecretStateReader(source, new SecretReference("web"));
        var first = await reader.WaitForAsync<SecretState.Found>();

        WriteInPlace(other);
        Write("announced/done", string.Empty);

        await reader.WaitForAsync<SecretState.Found>(found => !found.Secret.Equals(first.Secret));
    }

    [Fact]
    public async Task File_that_is_named_and_comes_later_is_found()
    {
        Write("sds.yaml", Generic("token"));
        await using var reader = Watch("web");
        Assert.IsType<SecretState.Invalid>(await reader.NextAsync());

        Write("token", "here");

        Assert.Equal("here", Text(await reader.WaitForAsync<SecretState.Found>()));
    }

    [Theory]
    [InlineData("filename: \"a\\0b\"")]
    [InlineData("filename: \"\"")]
    [InlineData("filename: token, watched_directory: { path: \"a\\0b\" }")]
    public async Task Path_that_is_none_harms_no_other_secret(string data)
    {
        Write("token", "1");
        Write("sds.yaml", $"""
            {Generic("token")}
            - "@type": {SecretType}
              name: bad
              generic_secret: {OpenBrace} secret: {OpenBrace} {data} {CloseBrace} {CloseBrace}
            """);
        await using var bad = Watch("bad");

        Assert.Contains("sds.yaml:", Assert.IsType<SecretState.Invalid>(await bad.NextAsync()).Problem.Message, StringComparison.Ordinal);
        await using var good = Watch("web");
        Assert.Equal("1", Text(await good.WaitForAsync<SecretState.Found>()));
    }

    [Fact]
    public async Task Resource_file_that_comes_later_is_found()
    {
        await using var reader = Watch("web");
        Assert.IsType<SecretState.Unavailable>(await reader.NextAsync());

        Write("token", "here");
        Write("sds.yaml", Generic("token"));

        Assert.Equal("here", Text(await reader.WaitForAsync<SecretState.Found>()));
    }

    [Fact]
    public async Task Resource_that_names_another_file_is_read_from_there()
    {
        Write("one", "1");
        Write("two", "2");
        Write("sds.yaml", Generic("one"));
        await using var reader = Watch("web");
        Assert.Equal("1", Text(await reader.WaitForAsync<SecretState.Found>()));

        Write("sds.yaml", Generic("two"));
        Assert.Equal("2", Text(await reader.WaitForAsync<SecretState.Found>()));
        Write("two", "3");

        Assert.Equal("3", Text(await reader.WaitForAsync<SecretState.Found>()));
    }

    [Fact]
    public async Task Resource_that_is_taken_out_is_removed_with_its_last_good()
    {
        Write("token", "1");
        Write("sds.yaml", Generic("token"));
        await using var reader = Watch("web");
        await reader.WaitForAsync<SecretState.Found>();

        Write("sds.yaml", "resources: []");

        Assert.Equal("1", Text((await reader.WaitForAsync<SecretState.Removed>()).LastGood!));
    }

    [Fact]
    public async Task File_that_is_broken_for_good_is_told_and_the_last_good_stays()
    {
        Write("token", "1");
        Write("sds.yaml", Generic("token"));
        await using var reader = Watch("web");
        await reader.WaitForAsync<SecretState.Found>();

        Write("sds.yaml", "resources: [");

        Assert.Equal("1", Text((await reader.WaitForAsync<SecretState.Invalid>()).LastGood!));
    }

    [Fact]
    public async Task Late_watcher_of_another_name_reads_what_is_there()
    {
        Write("token", "1");
        Write("sds.yaml", Generic("token"));
        await using var first = Watch("web");
        await first.WaitForAsync<SecretState.Found>();

        await using var second = Watch("other");

        Assert.IsType<SecretState.NotFound>(await second.NextAsync());
    }

    [Fact]
    public async Task Refresh_tells_what_is_gone_without_a_moment_to_come_back()
    {
        Write("token", "1");
        Write("sds.yaml", Generic("token"));
        await using var source = new SdsFileSecretSource(
            "envoy", new SdsFileSecretSourceOptions { Path = At("sds.yaml") }, new ManualTimeProvider(), NullLogger.Instance);
        await using var reader = new SecretStateReader(source, new SecretReference("web"));
        await reader.WaitForAsync<SecretState.Found>();

        File.Delete(At("token"));
        await source.RefreshAsync(new SecretReference("web"), TestContext.Current.CancellationToken);

        Assert.IsType<SecretState.Invalid>(await reader.NextAsync());
    }

    private const string OpenBrace = "{";
    private const string CloseBrace = "}";

    private static string Text(SecretState state) => Encoding.UTF8.GetString(((GenericSecret)((SecretState.Found)state).Secret).Value!.Memory.Span);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private string At(string name, string field) => $"{{ {field}: {At(name)} }}";

    private string Generic(string file) => $"resources:\n- \"@type\": {SecretType}\n  name: web\n  generic_secret: {{ secret: {At(file, "filename")} }}\n";

    private SecretStateReader Watch(string name) => new(Source, new SecretReference(name));

    private void Write(string name, string text)
    {
        File.WriteAllText(At(name + ".new"), text);
        File.Move(At(name + ".new"), At(name), overwrite: true);
    }

    private void WriteInPlace(TestCertificateAuthority authority)
    {
        var certificate = authority.Issue("web.example").Secret;
        File.WriteAllText(At("token"), certificate.Leaf.Sha256);
        File.WriteAllText(At("ca.crt"), authority.Certificate.ToPem());
        File.WriteAllText(At("web.crt"), string.Concat(certificate.Chain.Select(static one => one.ToPem())));
        File.WriteAllText(At("web.key"), KeyText(certificate));
    }

    private void Put(TlsCertificate certificate)
    {
        Write("web.crt", string.Concat(certificate.Chain.Select(static one => one.ToPem())));
        Write("web.key", KeyText(certificate));
    }

    private static string KeyText(TlsCertificate certificate) =>
        System.Security.Cryptography.PemEncoding.WriteString("PRIVATE KEY", ((PrivateKeyBytes)certificate.PrivateKey).Pkcs8.GetSpan());

    private TlsCertificate Mount(string generation)
    {
        var certificate = _authority.Issue($"{generation}.example").Secret;
        Directory.CreateDirectory(At($"mount/..{generation}"));
        File.WriteAllText(At($"mount/..{generation}/tls.crt"), string.Concat(certificate.Chain.Select(static one => one.ToPem())));
        File.WriteAllText(At($"mount/..{generation}/tls.key"), KeyText(certificate));
        File.CreateSymbolicLink(At("mount/..data_tmp"), $"..{generation}");
        using var rename = System.Diagnostics.Process.Start("mv", ["-T", At("mount/..data_tmp"), At("mount/..data")]);
        rename.WaitForExit();
        if (!File.Exists(At("mount/tls.crt")))
        {
            File.CreateSymbolicLink(At("mount/tls.crt"), "..data/tls.crt");
            File.CreateSymbolicLink(At("mount/tls.key"), "..data/tls.key");
        }

        return certificate;
    }
}
