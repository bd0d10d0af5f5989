using SecretProviders.FileSystem;
using SecretProviders.Watching;

namespace SecretProviders.Tests.FileSystem;

/// <summary>Which files of a folder become the secret: each row is a folder's content, a key, a kind and the files taken.</summary>
public sealed class FileSystemLayoutTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Theory]
    [InlineData("server/tls.crt server/tls.key", "server", "tls.crt=server/tls.crt tls.key=server/tls.key")]
    [InlineData("server/tls.crt server/tls.key server/ca.crt server/ca.crl server/tls.ocsp-staple server/README", "server",
        "tls.crt=server/tls.crt tls.key=server/tls.key ca.crt=server/ca.crt ca.crl=server/ca.crl tls.ocsp-staple=server/tls.ocsp-staple")]
    [InlineData("web/fullchain.pem web/privkey.pem web/cert.pem web/chain.pem", "web", "fullchain.pem=web/fullchain.pem privkey.pem=web/privkey.pem")]
    [InlineData("id/svid.pem id/svid_key.pem id/bundle.pem", "id", "svid.pem=id/svid.pem svid_key.pem=id/svid_key.pem bundle.pem=id/bundle.pem")]
    [InlineData("server.crt server.key", "server", "tls.crt=server.crt tls.key=server.key")]
    [InlineData("server.pem", "server", "=server.pem")]
    [InlineData("server", "server", "=server")]
    [InlineData("server.bundle", "server.bundle", "=server.bundle")]
    [InlineData("team/server.pem", "team/server", "=team/server.pem")]
    public void Tls_certificate_is_found_in_every_layout(string files, string key, string taken) =>
        Assert.Equal(taken, Take(files, key, SecretKind.TlsCertificate));

    [Theory]
    [InlineData("s/tls.crt s/tls.key s/fullchain.pem s/privkey.pem s.crt s.key s.pem", "tls.crt=s/tls.crt tls.key=s/tls.key")]
    [InlineData("s/fullchain.pem s/privkey.pem s/svid.pem s/svid_key.pem s.crt s.key", "fullchain.pem=s/fullchain.pem privkey.pem=s/privkey.pem")]
    [InlineData("s/svid.pem s/svid_key.pem s.crt s.key s.pem", "svid.pem=s/svid.pem svid_key.pem=s/svid_key.pem")]
    [InlineData("s.crt s.key s.pem", "tls.crt=s.crt tls.key=s.key")]
    [InlineData("s/tls.key s.crt s.key", "tls.crt=? tls.key=s/tls.key")]
    [InlineData("s.crt s.pem", "tls.crt=s.crt tls.key=?")]
    [InlineData("s/ca.crt s/notes s.crt s.key", "tls.crt=s.crt tls.key=s.key")]
    public void First_layout_with_any_of_its_files_wins_even_when_incomplete(string files, string taken) =>
        Assert.Equal(taken, Take(files, "s", SecretKind.TlsCertificate));

    [Theory]
    [InlineData("ca/ca.crt ca/ca.crl ca.crt ca.pem", "ca", "ca.crt=ca/ca.crt ca.crl=ca/ca.crl")]
    [InlineData("ca.crt ca.pem ca.key", "ca", "ca.crt=ca.crt")]
    [InlineData("ca.pem", "ca", "ca.pem=ca.pem")]
    [InlineData("id/svid.pem id/svid_key.pem id/bundle.pem", "id", "bundle.pem=id/bundle.pem")]
    [InlineData("server/tls.crt server/tls.key server/ca.crt", "server", "ca.crt=server/ca.crt")]
    [InlineData("roots.txt", "roots.txt", "=roots.txt")]
    public void Validation_context_is_found_in_every_layout(string files, string key, string taken) =>
        Assert.Equal(taken, Take(files, key, SecretKind.ValidationContext));

    [Theory]
    [InlineData("server/tls.crt server/tls.key", "server", "tls.crt=server/tls.crt tls.key=server/tls.key")]
    [InlineData("mesh/ca.crt", "mesh", "ca.crt=mesh/ca.crt")]
    [InlineData("ca.crt ca.key", "ca", "ca.crt=ca.crt")]
    [InlineData("deep/ca.pem", "deep/ca", "ca.pem=deep/ca.pem")]
    [InlineData("server.crt", "server", "tls.crt=server.crt tls.key=?")]
    [InlineData("server.pem", "server", "=server.pem")]
    [InlineData("server/ca.crt", "server/ca.crt", "ca.crt=server/ca.crt")]
    public void Names_of_the_files_say_the_kind_when_nobody_else_does(string files, string key, string taken) =>
        Assert.Equal(taken, Take(files, key, kind: null));

    [Theory]
    [InlineData("token", "token", "=token")]
    [InlineData("token.crt token.key token.pem", "token", "none")]
    [InlineData("login/user login/password login/.hidden login/sub/x", "login", "password=login/password user=login/user")]
    [InlineData("empty/sub/x", "empty", "none")]
    public void Generic_secret_is_one_file_or_every_file_of_a_folder(string files, string key, string taken) =>
        Assert.Equal(taken, Take(files, key, SecretKind.Generic));

    [Theory]
    [InlineData("other", "server")]
    [InlineData("server/readme", "server")]
    [InlineData("server.txt", "server")]
    public void Unknown_files_are_no_secret(string files, string key) => Assert.Equal("none", Take(files, key, kind: null));

    [Fact]
    public void Property_takes_exactly_one_file() =>
        Assert.Equal("=login/password", Take("login/user login/password", "login", SecretKind.Generic, "password"));

    [Theory]
    [InlineData(SecretKind.TlsCertificate, "server server.crt server.key server.pem")]
    [InlineData(SecretKind.ValidationContext, "server server.crt server.key server.pem")]
    [InlineData(SecretKind.Generic, "server")]
    public void Watched_paths_are_those_where_a_layout_may_lie(SecretKind kind, string paths) =>
        Assert.Equal(paths, string.Join(' ', FileSystemLayout.PathsOf(Key("server"), kind, exact: false)));

    public void Dispose() => _folder.Dispose();

    private static FileSystemKey Key(string key, string? property = null)
    {
        Assert.True(FileSystemKey.TryParse(new SecretReference(key) { Property = property }, out var parsed, out _));
        return parsed;
    }

    private string Take(string files, string key, SecretKind? kind, string? property = null)
    {
        foreach (var file in files.Split(' '))
        {
            _folder.Write(file, "x");
        }

        var set = new FileSystemTree(_folder.Root).Look(FileSystemLayout.Of(Key(key, property), kind, exact: property is not null));
        return set.Layout is null
            ? "none"
            : string.Join(' ', set.Files.Select(file =>
                $"{file.Field.Name}={(file.Entry.Kind == FileEntryKind.File ? Path.GetRelativePath(_folder.Root, file.Path) : "?")}"));
    }
}
