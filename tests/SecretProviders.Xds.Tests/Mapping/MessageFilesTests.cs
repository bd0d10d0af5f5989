using System.Collections.Immutable;
using Google.Protobuf;
using SecretProviders.Testing;
using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Core;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Tests.Mapping;

/// <summary>Every kind of message with its data in files.</summary>
public sealed class MessageFilesTests : IDisposable
{
    private readonly TestCertificateAuthority _authority = new();
    private readonly Dictionary<string, SensitiveBytes> _files = new(StringComparer.Ordinal);

    public static TheoryData<string> Kinds => ["certificate", "trust", "domains", "tickets", "generic", "fields"];

    public void Dispose() => _authority.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Data_in_files_are_the_same_as_inline(string kind)
    {
        var secret = Make(kind);
        var message = MoveToFiles(SecretWriter.ToMessage("name", secret));

        var state = SecretReader.Read(message, "upstream", new DataReader(path => _files[path]));

        Assert.Equal(secret, Assert.IsType<SecretState.Found>(state).Secret);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_file_is_known_before_it_is_read(string kind)
    {
        var message = MoveToFiles(SecretWriter.ToMessage("name", Make(kind)));

        Assert.NotEmpty(_files);
        Assert.Equal(_files.Keys.Order(StringComparer.Ordinal), MessageFiles.PathsOf(message));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Message_with_all_inline_names_nothing(string kind) => Assert.Empty(MessageFiles.PathsOf(SecretWriter.ToMessage("name", Make(kind))));

    [Fact]
    public void Folders_are_watched_beside_the_files_that_they_are_for()
    {
        var certificate = new Tls.Secret
        {
            TlsCertificate = new()
            {
                CertificateChain = new() { Filename = "/a/crt", WatchedDirectory = new() { Path = "/b" } },
                PrivateKey = new() { InlineString = "x", WatchedDirectory = new() { Path = "/unused" } },
                WatchedDirectory = new() { Path = "/c" },
            },
        };
        var trust = new Tls.Secret { ValidationContext = new() { TrustedCa = new() { Filename = "/a/ca" }, WatchedDirectory = new() { Path = "/d" } } };

        Assert.Equal(["/a/crt", "/b", "/c"], MessageFiles.PathsOf(certificate));
        Assert.Equal(["/a/ca", "/d"], MessageFiles.PathsOf(trust));
    }

    [Fact]
    public void Watched_folder_without_a_file_is_nothing_to_watch() => Assert.Empty(MessageFiles.PathsOf(
        new Tls.Secret { TlsCertificate = new() { PrivateKey = new() { InlineString = "x" }, WatchedDirectory = new() { Path = "/c" } } }));

    [Fact]
    public void Message_that_is_not_understood_names_what_is_understood_of_it() => Assert.Equal(["/ca"], MessageFiles.PathsOf(
        new Tls.Secret { ValidationContext = new() { TrustedCa = new() { Filename = "/ca" }, CustomValidatorConfig = new() { Name = "mine" } } }));

    [Theory]
    [InlineData(SecretErrorCode.Denied, typeof(SecretState.Denied))]
    [InlineData(SecretErrorCode.Invalid, typeof(SecretState.Invalid))]
    [InlineData(SecretErrorCode.Unavailable, typeof(SecretState.Unavailable))]
    public void File_that_cannot_be_read_is_told_with_its_place(SecretErrorCode code, Type state)
    {
        var data = new DataReader(path => throw new SecretSourceException(code, $"'{path}' is bad."));

        var said = SecretReader.Read(Generic("/token"), "upstream", data);

        Assert.IsType(state, said);
        Assert.Contains("upstream: secret: '/token' is bad.", said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void File_that_is_missing_makes_the_secret_incomplete()
    {
        var said = SecretReader.Read(Generic("/token"), "upstream", new DataReader(static path => throw new FileNotFoundException("", path)));

        var problem = Assert.IsType<SecretState.Invalid>(said).Problem;
        Assert.Equal((SecretProblemCode.Incomplete, "upstream: secret: the file '/token' is not there; put it there."), (problem.Code, problem.Message));
    }

    [Fact]
    public void Password_is_refused_although_files_may_be_read()
    {
        var message = new Tls.Secret { TlsCertificate = new() { Password = new() { Filename = "/password" } } };

        Assert.IsType<SecretState.Invalid>(SecretReader.Read(message, "upstream", new DataReader(static _ => throw new InvalidOperationException())));
    }

    private static Tls.Secret Generic(string path) => new() { GenericSecret = new() { Secret = new() { Filename = path } } };

    private static SensitiveBytes Bytes(string text) => SensitiveBytes.Copy(System.Text.Encoding.UTF8.GetBytes(text));

    private Secret Make(string kind) => kind switch
    {
        "certificate" => _authority.Issue("web.example").Secret,
        "trust" => _authority.Trust with { RevocationLists = [_authority.CreateRevocationList()] },
        "domains" => new ValidationContext
        {
            TrustDomains = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("a.example", ImmutableArray.Create(_authority.Certificate))]),
        },
        "tickets" => new SessionTicketKeys([Bytes(new string('1', SessionTicketKeys.KeyLength)), Bytes(new string('2', SessionTicketKeys.KeyLength))]),
        "generic" => new GenericSecret(Bytes("s3cret")),
        _ => new GenericSecret([KeyValuePair.Create("user", Bytes("me")), KeyValuePair.Create("password", Bytes("s3cret"))]),
    };

    private Tls.Secret MoveToFiles(Tls.Secret message)
    {
        if (message.ValidationContext?.CustomValidatorConfig?.TypedConfig is { } any)
        {
            var domains = Tls.SPIFFECertValidatorConfig.Parser.ParseFrom(any.Value);
            Move([.. domains.TrustDomains.Select(static domain => domain.TrustBundle)]);
            any.Value = domains.ToByteString();
        }

        Move(
        [
            message.TlsCertificate?.CertificateChain, message.TlsCertificate?.PrivateKey, message.TlsCertificate?.OcspStaple,
            message.ValidationContext?.TrustedCa, message.ValidationContext?.Crl, message.GenericSecret?.Secret,
            .. message.SessionTicketKeys?.Keys ?? [], .. message.GenericSecret?.Secrets.Values ?? [],
        ]);
        return message;
    }

    private void Move(DataSource?[] sources)
    {
        foreach (var source in sources.OfType<DataSource>())
        {
            var path = $"/files/{_files.Count}";
            _files[path] = SensitiveBytes.Copy(source.InlineBytes.Span);
            source.Filename = path;
        }
    }
}
