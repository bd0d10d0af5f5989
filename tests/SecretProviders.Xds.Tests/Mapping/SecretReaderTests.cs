using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SecretProviders.Testing;
using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Core;
using SecretProviders.Xds.Protos.Matcher;
using SecretProviders.Xds.Tests.Sds;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Tests.Mapping;

public sealed class SecretReaderTests : IDisposable
{
    private readonly TestCertificateAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Certificate_comes_back_as_it_went()
    {
        using var intermediate = _authority.CreateIntermediate();

        AssertRoundTrip(intermediate.Issue("web.example").Secret);
    }

    [Fact]
    public void Trust_comes_back_as_it_went() => AssertRoundTrip(_authority.Trust with
    {
        RevocationLists = [_authority.CreateRevocationList()],
        OnlyVerifyLeafRevocation = true,
        SubjectAltNames =
        [
            new SubjectAltNameMatcher(SubjectAltNameType.Uri, SubjectAltNameMatch.Prefix, "spiffe://a/"),
            new SubjectAltNameMatcher(SubjectAltNameType.Dns, SubjectAltNameMatch.Exact, "web.example", IgnoreCase: true),
            new SubjectAltNameMatcher(SubjectAltNameType.Email, SubjectAltNameMatch.Suffix, "@example"),
            new SubjectAltNameMatcher(SubjectAltNameType.IpAddress, SubjectAltNameMatch.Contains, "10."),
            new SubjectAltNameMatcher(SubjectAltNameType.Dns, SubjectAltNameMatch.Regex, ".*"),
        ],
        CertificateHashes = [new string('a', 64)],
        SpkiHashes = ["NvqYIYSbgK2vCJpQhObf77vv+bQWtc5ek5RIOwPiC9A="],
        AllowExpiredCertificate = true,
        AcceptUntrusted = true,
        MaxVerifyDepth = 3,
    });

    [Fact]
    public void Trust_domains_come_back_as_they_went()
    {
        using var other = new TestCertificateAuthority("Other CA");

        AssertRoundTrip(new ValidationContext
        {
            TrustDomains = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
            [
                KeyValuePair.Create("a.example", ImmutableArray.Create(_authority.Certificate, other.Certificate)),
                KeyValuePair.Create("b.example", ImmutableArray.Create(other.Certificate)),
            ]),
            RevocationLists = [_authority.CreateRevocationList()],
        });
    }

    [Fact]
    public void Pins_without_an_anchor_come_back_as_they_went() => AssertRoundTrip(new ValidationContext { CertificateHashes = [new string('a', 64)] });

    [Fact]
    public void Ticket_keys_come_back_as_they_went() => AssertRoundTrip(new SessionTicketKeys(
        [.. Enumerable.Range(1, 3).Select(static number => SensitiveBytes.Copy(Enumerable.Repeat((byte)number, SessionTicketKeys.KeyLength).ToArray()))]));

    [Fact]
    public void Generic_value_comes_back_as_it_went() => AssertRoundTrip(SdsSession.Generic("s3cret"));

    [Fact]
    public void Generic_fields_come_back_as_they_went() =>
        AssertRoundTrip(new GenericSecret([KeyValuePair.Create("user", Bytes("me")), KeyValuePair.Create("password", Bytes(""))]));

    [Fact]
    public void Inline_string_is_read_as_utf8()
    {
        var state = SecretReader.Read(new Tls.Secret { GenericSecret = new() { Secret = new() { InlineString = "Grüße" } } }, "upstream");

        Assert.Equal(SdsSession.Generic("Grüße"), Assert.IsType<SecretState.Found>(state).Secret);
    }

    [Fact]
    public void Matcher_without_a_type_becomes_one_of_each_type()
    {
        var message = SecretWriter.ToMessage("ca", _authority.Trust);
        message.ValidationContext.MatchSubjectAltNames.Add(new StringMatcher { Exact = "x" });

        var context = Assert.IsType<ValidationContext>(Assert.IsType<SecretState.Found>(SecretReader.Read(message, "upstream")).Secret);

        Assert.Equal(
            [SubjectAltNameType.Email, SubjectAltNameType.Dns, SubjectAltNameType.Uri, SubjectAltNameType.IpAddress],
            context.SubjectAltNames.Select(static matcher => matcher.NameType));
    }

    public static TheoryData<string, byte[]> Unsound()
    {
        var pin = new string('a', 64);
        var other = new TypedExtensionConfig { Name = "mine", TypedConfig = new Any { TypeUrl = "type.googleapis.com/mine" } };
        var broken = new TypedExtensionConfig { Name = "spiffe", TypedConfig = new Any { TypeUrl = SecretTypes.SpiffeValidatorUrl, Value = ByteString.CopyFrom(0xFF) } };
        var bundles = Spiffe(new Tls.SPIFFECertValidatorConfig { TrustBundles = new() { InlineString = "{}" } });
        var workload = Spiffe(new Tls.SPIFFECertValidatorConfig { TrustDomains = { new Tls.SPIFFECertValidatorConfig.Types.TrustDomain { Name = "a", WorkloadTrustDomain = "b" } } });
        return new TheoryData<string, byte[]>
        {
            { "no kind of secret", new Tls.Secret { Name = "x" }.ToByteArray() },
            { "certificate_chain: it is not set", new Tls.Secret { TlsCertificate = new() }.ToByteArray() },
            { "private_key: it is not set", new Tls.Secret { TlsCertificate = new() { CertificateChain = new() { InlineString = "x" } } }.ToByteArray() },
            { "certificate_chain: it names a file of this machine, which is not allowed", new Tls.Secret { TlsCertificate = new() { CertificateChain = new() { Filename = "/etc/passwd" } } }.ToByteArray() },
            { "secret: it names an environment variable", new Tls.Secret { GenericSecret = new() { Secret = new() { EnvironmentVariable = "HOME" } } }.ToByteArray() },
            { "unencrypted PEM key", new Tls.Secret { TlsCertificate = new() { PrivateKeyProvider = new() { ProviderName = "qat" } } }.ToByteArray() },
            { "unencrypted PEM key", new Tls.Secret { TlsCertificate = new() { Pkcs12 = new() { InlineBytes = ByteString.CopyFrom(1) } } }.ToByteArray() },
            { "unencrypted PEM key", new Tls.Secret { TlsCertificate = new() { Password = new() { InlineString = "x" } } }.ToByteArray() },
            { "exactly 80 bytes", new Tls.Secret { SessionTicketKeys = new() }.ToByteArray() },
            { "exactly 80 bytes", new Tls.Secret { SessionTicketKeys = new() { Keys = { new DataSource { InlineString = "short" } } } }.ToByteArray() },
            { "secret: it is not set", new Tls.Secret { GenericSecret = new() }.ToByteArray() },
            { "one or the other", new Tls.Secret { GenericSecret = new() { Secret = new() { InlineString = "x" }, Secrets = { ["y"] = new() { InlineString = "z" } } } }.ToByteArray() },
            { "no trust anchor and no pin", Trust(new()) },
            { "upstream", Trust(new() { TrustedCa = new() { InlineString = "not PEM" } }) },
            { "revocation lists but no trust anchor", Trust(new() { VerifyCertificateHash = { pin }, Crl = new() { InlineString = "x" } }) },
            { "custom validator 'mine'", Trust(new() { CustomValidatorConfig = other }) },
            { "are not its message", Trust(new() { CustomValidatorConfig = broken }) },
            { "trust_bundles are not understood", Trust(new() { CustomValidatorConfig = bundles }) },
            { "trust domain 'a'", Trust(new() { CustomValidatorConfig = workload }) },
            { "has the type 5", Trust(new() { VerifyCertificateHash = { pin }, MatchTypedSubjectAltNames = { new Tls.SubjectAltNameMatcher { SanType = Tls.SubjectAltNameMatcher.Types.SanType.OtherName } } }) },
            { "pattern that is not understood", Trust(new() { VerifyCertificateHash = { pin }, MatchTypedSubjectAltNames = { new Tls.SubjectAltNameMatcher { SanType = Tls.SubjectAltNameMatcher.Types.SanType.Dns, Matcher = new() } } }) },
        };
    }

    [Theory]
    [MemberData(nameof(Unsound))]
    public void Unsound_message_is_invalid_with_the_place(string problem, byte[] message)
    {
        var state = SecretReader.Read(Tls.Secret.Parser.ParseFrom(message), "upstream");

        var invalid = Assert.IsType<SecretState.Invalid>(state);
        Assert.StartsWith("upstream", invalid.Problem.Message, StringComparison.Ordinal);
        Assert.Contains(problem, invalid.Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_of_another_leaf_is_a_mismatch()
    {
        var mixed = _authority.Issue("a.example").WithKeyOf(_authority.Issue("b.example")).Secret;

        var state = SecretReader.Read(SecretWriter.ToMessage("web", mixed), "upstream");

        Assert.Equal(SecretProblemCode.KeyMismatch, Assert.IsType<SecretState.Invalid>(state).Problem.Code);
    }

    private static byte[] Trust(Tls.CertificateValidationContext context) => new Tls.Secret { ValidationContext = context }.ToByteArray();

    private static TypedExtensionConfig Spiffe(Tls.SPIFFECertValidatorConfig config) =>
        new() { Name = SecretTypes.SpiffeValidatorName, TypedConfig = new Any { TypeUrl = SecretTypes.SpiffeValidatorUrl, Value = config.ToByteString() } };

    private static SensitiveBytes Bytes(string text) => SensitiveBytes.Copy(System.Text.Encoding.UTF8.GetBytes(text));

    private static void AssertRoundTrip(Secret secret)
    {
        var message = Tls.Secret.Parser.ParseFrom(SecretWriter.ToMessage("name", secret).ToByteArray());

        var state = SecretReader.Read(message, "upstream");

        Assert.Equal(secret, Assert.IsType<SecretState.Found>(state).Secret);
    }
}
