using SecretProviders.Testing;

namespace SecretProviders.Tests.FileSystem;

/// <summary>The ways in which certificates are rotated in practice, on a real file system, each seen by its event alone.</summary>
public sealed class FileSystemRotationTests : IAsyncDisposable
{
    private readonly FileSystemTestBed _bed = new();
    private readonly TestCertificate _first;
    private readonly TestCertificate _second;

    public FileSystemRotationTests()
    {
        _first = _bed.Issue("first.example");
        _second = _bed.Issue("second.example");
    }

    [Fact]
    public async Task Swap_of_the_data_link_of_a_mounted_secret_is_seen()
    {
        var mount = new MountedSecret(_bed.Folder, "certs/server");
        mount.Write(FileSystemTestBed.Pair(_first));
        await using var reader = _bed.Open("server");
        await ExpectAsync(reader, _first);

        mount.Write(FileSystemTestBed.Pair(_second));

        await ExpectAsync(reader, _second);
    }

    [Fact]
    public async Task Generation_of_a_mounted_secret_is_its_store_version()
    {
        var mount = new MountedSecret(_bed.Folder, "certs/server");
        mount.Write(FileSystemTestBed.Pair(_first));
        await using var reader = _bed.Open("server");
        var found = await reader.WaitForAsync<SecretState.Found>();

        Assert.Equal(new SecretOrigin("files") { Location = _bed.Folder["certs/server"], StoreVersion = mount.Generation }, found.Origin);
    }

    [Fact]
    public async Task Secret_mounted_flat_into_the_folder_is_followed()
    {
        var mount = new MountedSecret(_bed.Folder, "certs");
        mount.Write(("server.crt", _first.CertificatePem), ("server.key", _first.PrivateKeyPem));
        await using var reader = _bed.Open("server");
        await ExpectAsync(reader, _first);

        mount.Write(("server.crt", _second.CertificatePem), ("server.key", _second.PrivateKeyPem));

        await ExpectAsync(reader, _second);
    }

    [Fact]
    public async Task Swap_of_a_link_above_the_folder_is_seen()
    {
        _bed.WriteFolder("releases/1/server", _first);
        _bed.WriteFolder("releases/2/server", _second);
        _bed.Folder.Link("current", "releases/1");
        _bed.Options.Path = _bed.Folder["current"];
        await using var reader = _bed.Open("server");
        await ExpectAsync(reader, _first);

        _bed.Folder.SwapLink("current", "releases/2");

        await ExpectAsync(reader, _second);
    }

    [Fact]
    public async Task Swap_of_a_link_to_another_link_is_seen_twice()
    {
        _bed.WriteFolder("releases/1/server", _first);
        _bed.WriteFolder("releases/2/server", _second);
        _bed.Folder.Link("stable", "releases/1");
        _bed.Folder.Link("canary", "releases/2");
        _bed.Folder.Link("certs", "stable");
        _bed.Options.Path = _bed.Folder["certs"];
        await using var reader = _bed.Open("server");
        await ExpectAsync(reader, _first);

        _bed.Folder.SwapLink("certs", "canary");
        await ExpectAsync(reader, _second);
        _bed.Folder.SwapLink("canary", "releases/1");
        await ExpectAsync(reader, _first);
    }

    [Fact]
    public async Task Certbot_renewal_is_seen_through_its_relative_links()
    {
        void Archive(int number, TestCertificate certificate)
        {
            _bed.Folder.Write($"archive/web/fullchain{number}.pem", certificate.CertificatePem);
            _bed.Folder.Write($"archive/web/privkey{number}.pem", certificate.PrivateKeyPem);
        }

        Archive(1, _first);
        _bed.Folder.Link("live/web/fullchain.pem", "../../archive/web/fullchain1.pem");
        _bed.Folder.Link("live/web/privkey.pem", "../../archive/web/privkey1.pem");
        _bed.Options.Path = _bed.Folder["live"];
        await using var reader = _bed.Open("web");
        await ExpectAsync(reader, _first);

        Archive(2, _second);
        _bed.Folder.SwapLink("live/web/privkey.pem", "../../archive/web/privkey2.pem");
        _bed.Folder.SwapLink("live/web/fullchain.pem", "../../archive/web/fullchain2.pem");

        var found = await ExpectAsync(reader, _second);
        Assert.Equal("fullchain2.pem", found.Origin?.StoreVersion);
    }

    [Fact]
    public async Task Writing_into_the_target_of_a_link_is_seen()
    {
        _bed.Folder.Write("archive/web.pem", Joined(_first));
        _bed.Folder.Link("certs/web.pem", "../archive/web.pem");
        await using var reader = _bed.Open("web");
        await ExpectAsync(reader, _first);

        _bed.Folder.Write("archive/web.pem", Joined(_second));

        await ExpectAsync(reader, _second);
    }

    [Fact]
    public async Task Rename_over_a_file_is_seen()
    {
        _bed.Folder.Write("certs/server.pem", Joined(_first));
        await using var reader = _bed.Open("server");
        await ExpectAsync(reader, _first);

        _bed.Folder.WriteOver("certs/server.pem", Joined(_second));

        await ExpectAsync(reader, _second);
    }

    [Fact]
    public async Task Folder_exchanged_high_above_is_seen()
    {
        _bed.WriteFolder("app/etc/certs/server", _first);
        _bed.WriteFolder("app.new/etc/certs/server", _second);
        _bed.Options.Path = _bed.Folder["app/etc/certs"];
        await using var reader = _bed.Open("server");
        await ExpectAsync(reader, _first);

        _bed.Folder.Move("app", "app.old");
        _bed.Folder.Move("app.new", "app");

        await ExpectAsync(reader, _second);
    }

    [Fact]
    public async Task Deleted_secret_is_removed_and_found_again_when_it_returns()
    {
        _bed.WriteFolder("certs/server", _first);
        await using var reader = _bed.Open("server");
        await ExpectAsync(reader, _first);

        _bed.Folder.Delete("certs/server");
        var removed = await reader.WaitForAsync<SecretState.Removed>();
        Assert.Equal(RemovalReason.Deleted, removed.Reason);
        Assert.Equal(_first.Secret, removed.LastGood?.Secret);

        _bed.WriteFolder("certs/server", _second);
        await ExpectAsync(reader, _second);
    }

    [Fact]
    public async Task Secret_that_comes_later_is_found()
    {
        await using var reader = _bed.Open("deep/below/server");
        await reader.WaitForAsync<SecretState.NotFound>();

        _bed.WriteFolder("certs/deep/below/server", _first);

        await ExpectAsync(reader, _first);
    }

    [Fact]
    public async Task Source_folder_that_comes_later_heals_the_source()
    {
        _bed.Options.Path = _bed.Folder["not/yet/certs"];
        await using var reader = _bed.Open("server");
        var unavailable = await reader.WaitForAsync<SecretState.Unavailable>();
        Assert.True(unavailable.Definite);
        Assert.Contains($"'{_bed.Folder["not/yet/certs"]}' does not exist", unavailable.Error, StringComparison.Ordinal);

        _bed.WriteFolder("not/yet/certs/server", _first);

        await ExpectAsync(reader, _first);
    }

    [Fact]
    public async Task Source_folder_that_is_deleted_is_an_outage_and_no_removal()
    {
        _bed.WriteFolder("certs/server", _first);
        await using var reader = _bed.Open("server");
        await ExpectAsync(reader, _first);

        _bed.Folder.Move("certs", "elsewhere");
        var unavailable = await reader.WaitForAsync<SecretState.Unavailable>();
        Assert.Equal(_first.Secret, unavailable.LastGood?.Secret);

        _bed.WriteFolder("certs/server", _second);
        await ExpectAsync(reader, _second);
        Assert.DoesNotContain(reader.History, static state => state is SecretState.Removed);
    }

    [Fact]
    public async Task Broken_file_is_invalid_until_it_is_mended()
    {
        _bed.WriteFolder("certs/server", _first);
        await using var reader = _bed.Open("server");
        await ExpectAsync(reader, _first);

        _bed.Folder.Write("certs/server/tls.crt", "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
        var invalid = await reader.WaitForAsync<SecretState.Invalid>();
        Assert.Equal(_first.Secret, invalid.LastGood?.Secret);

        _bed.Folder.Write("certs/server/tls.crt", _first.CertificatePem);
        await ExpectAsync(reader, _first);
    }

    [Fact]
    public async Task Rewriting_the_same_bytes_is_no_news()
    {
        _bed.WriteFolder("certs/server", _first);
        await using var reader = _bed.Open("server");
        await ExpectAsync(reader, _first);

        _bed.WriteFolder("certs/server", _first);
        await _bed.Source.RefreshAsync();

        Assert.False(reader.HasNews);
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    internal static byte[] Joined(TestCertificate certificate) => [.. certificate.CertificatePem, .. certificate.PrivateKeyPem];

    private static Task<SecretState.Found> ExpectAsync(SecretStateReader reader, TestCertificate certificate) =>
        reader.WaitForAsync<SecretState.Found>(found => found.Secret.Equals(certificate.Secret));
}
