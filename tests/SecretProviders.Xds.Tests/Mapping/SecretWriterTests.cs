using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SecretProviders.Testing;
using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Tests.Sds;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Tests.Mapping;

/// <summary>What is encoded is read back with the generated messages and the BCL.</summary>
public sealed class SecretWriterTests : IDisposable
{
    private readonly TestCertificateAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Certificate_is_a_pem_chain_with_a_pkcs8_key_that_is_the_leafs()
    {
        using var intermediate = _authority.CreateIntermediate();
        var certificate = intermediate.Issue("web.example").Secret;

        var message = Encode("web", certificate).TlsCertificate;

        using var pair = X509Certificate2.CreateFromPem(message.CertificateChain.InlineBytes.ToStringUtf8(), message.PrivateKey.InlineBytes.ToStringUtf8());
        Assert.True(pair.HasPrivateKey);
        Assert.Equal(string.Concat(certificate.Chain.Select(static link => link.ToPem())), message.CertificateChain.InlineBytes.ToStringUtf8());
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----\n", message.PrivateKey.InlineBytes.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Null(message.OcspStaple);
    }

    [Fact]
    public void Staple_is_der()
    {
        var certificate = _authority.Issue().Secret with { OcspStaple = new byte[] { 0x30, 0x03, 0x0A, 0x01, 0x00 } };

        var message = Encode("web", certificate).TlsCertificate;

        Assert.Equal(certificate.OcspStaple.ToArray(), message.OcspStaple.InlineBytes.ToByteArray());
    }

    [Fact]
    public void Key_that_does_not_leave_its_store_is_refused_by_name()
    {
        var certificate = _authority.Issue().Secret;
        var secret = new TlsCertificate(certificate.Chain, new StoredKey());

        var encoded = EncodedSecret.Of("web", secret);

        Assert.Equal(0, encoded.Length);
        Assert.Contains("'web'", encoded.Problem, StringComparison.Ordinal);
        Assert.Contains("pkcs11:object=web", encoded.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Trust_is_pem_with_its_revocation_lists()
    {
        var list = _authority.CreateRevocationList();
        var context = _authority.Trust with { RevocationLists = [list], OnlyVerifyLeafRevocation = true };

        var message = Encode("ca", context).ValidationContext;

        Assert.Equal(_authority.Certificate.ToPem(), message.TrustedCa.InlineBytes.ToStringUtf8());
        Assert.Equal(PemEncoding.WriteString("X509 CRL", list.Span) + "\n", message.Crl.InlineBytes.ToStringUtf8());
        Assert.True(message.OnlyVerifyLeafCertCrl);
    }

    [Fact]
    public void Pins_flags_and_depth_are_carried()
    {
        var context = _authority.Trust with
        {
            CertificateHashes = ["ab".PadLeft(64, '0')],
            SpkiHashes = ["NvqYIYSbgK2vCJpQhObf77vv+bQWtc5ek5RIOwPiC9A="],
            AllowExpiredCertificate = true,
            AcceptUntrusted = true,
            MaxVerifyDepth = 3,
        };

        var message = Encode("ca", context).ValidationContext;

        Assert.Equal(context.CertificateHashes, message.VerifyCertificateHash);
        Assert.Equal(context.SpkiHashes, message.VerifyCertificateSpki);
        Assert.True(message.AllowExpiredCertificate);
        Assert.Equal(Tls.CertificateValidationContext.Types.TrustChainVerification.AcceptUntrusted, message.TrustChainVerification);
        Assert.Equal(3u, message.MaxVerifyDepth);
    }

    [Fact]
    public void Plain_trust_sets_no_flag()
    {
        var message = Encode("ca", _authority.Trust).ValidationContext;

        Assert.Equal(new Tls.CertificateValidationContext { TrustedCa = message.TrustedCa }, message);
    }

    [Theory]
    [InlineData(SubjectAltNameMatch.Exact)]
    [InlineData(SubjectAltNameMatch.Prefix)]
    [InlineData(SubjectAltNameMatch.Suffix)]
    [InlineData(SubjectAltNameMatch.Contains)]
    [InlineData(SubjectAltNameMatch.Regex)]
    public void Matcher_keeps_its_sort_and_its_text(SubjectAltNameMatch match)
    {
        var context = _authority.Trust with { SubjectAltNames = [new SubjectAltNameMatcher(SubjectAltNameType.Uri, match, "spiffe://a/b", IgnoreCase: true)] };

        var message = Assert.Single(Encode("ca", context).ValidationContext.MatchTypedSubjectAltNames);

        Assert.Equal(Tls.SubjectAltNameMatcher.Types.SanType.Uri, message.SanType);
        Assert.True(message.Matcher.IgnoreCase);
        var text = match switch
        {
            SubjectAltNameMatch.Exact => message.Matcher.Exact,
            SubjectAltNameMatch.Prefix => message.Matcher.Prefix,
            SubjectAltNameMatch.Suffix => message.Matcher.Suffix,
            SubjectAltNameMatch.Contains => message.Matcher.Contains,
            _ => message.Matcher.SafeRegex.Regex,
        };
        Assert.Equal("spiffe://a/b", text);
    }

    [Theory]
    [InlineData(SubjectAltNameType.Email, "Email")]
    [InlineData(SubjectAltNameType.Dns, "Dns")]
    [InlineData(SubjectAltNameType.Uri, "Uri")]
    [InlineData(SubjectAltNameType.IpAddress, "IpAddress")]
    public void Name_types_are_numbered_alike(SubjectAltNameType type, string envoy)
    {
        var message = SubjectAltNameMessage.Write(new SubjectAltNameMatcher(type, SubjectAltNameMatch.Exact, "x"));

        Assert.Equal(envoy, $"{message.SanType}");
    }

    [Fact]
    public void Trust_domains_go_to_the_spiffe_validator_and_stay_apart()
    {
        using var other = new TestCertificateAuthority("Other CA");
        var context = new ValidationContext
        {
            TrustDomains = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
            [
                KeyValuePair.Create("a.example", ImmutableArray.Create(_authority.Certificate)),
                KeyValuePair.Create("b.example", ImmutableArray.Create(other.Certificate)),
            ]),
        };

        var message = Encode("ALL", context).ValidationContext;

        Assert.Null(message.TrustedCa);
        Assert.Equal("envoy.tls.cert_validator.spiffe", message.CustomValidatorConfig.Name);
        Assert.Equal("type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig", message.CustomValidatorConfig.TypedConfig.TypeUrl);
        var domains = Tls.SPIFFECertValidatorConfig.Parser.ParseFrom(message.CustomValidatorConfig.TypedConfig.Value).TrustDomains;
        Assert.Equal(
            [("a.example", _authority.Certificate.ToPem()), ("b.example", other.Certificate.ToPem())],
            domains.Select(static domain => (domain.Name, domain.TrustBundle.InlineBytes.ToStringUtf8())));
    }

    [Fact]
    public void Ticket_keys_keep_their_order()
    {
        var keys = Enumerable.Range(1, 3).Select(static number => SensitiveBytes.Copy(Enumerable.Repeat((byte)number, SessionTicketKeys.KeyLength).ToArray()));

        var message = Encode("tickets", new SessionTicketKeys([.. keys])).SessionTicketKeys;

        Assert.Equal([1, 2, 3], message.Keys.Select(static key => (int)key.InlineBytes[79]));
    }

    [Fact]
    public void Generic_value_is_carried_as_it_is()
    {
        byte[] value = [0, 1, 0xFF, (byte)'\r', (byte)'\n'];

        var message = Encode("token", new GenericSecret(SensitiveBytes.Copy(value))).GenericSecret;

        Assert.Equal(value, message.Secret.InlineBytes.ToByteArray());
        Assert.Empty(message.Secrets);
    }

    [Fact]
    public void Empty_generic_value_is_a_value()
    {
        var message = Encode("token", SdsSession.Generic(string.Empty)).GenericSecret;

        Assert.Equal(Protos.Core.DataSource.SpecifierOneofCase.InlineBytes, message.Secret.SpecifierCase);
    }

    [Fact]
    public void Generic_fields_are_carried_by_name()
    {
        var fields = new Dictionary<string, SensitiveBytes> { ["user"] = Bytes("me"), ["password"] = Bytes("hunter2") };

        var message = Encode("login", new GenericSecret(fields)).GenericSecret;

        Assert.Null(message.Secret);
        Assert.Equal(["password=hunter2", "user=me"], message.Secrets.Select(static field => $"{field.Key}={field.Value.InlineBytes.ToStringUtf8()}").Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(128)]
    [InlineData(20_000)]
    [InlineData(3_000_000)]
    public void Lengths_of_any_size_are_right(int length)
    {
        var text = new string('x', length);

        Assert.Equal(text, Encode(text.Length == 0 ? "n" : text, SdsSession.Generic(text)).GenericSecret.Secret.InlineBytes.ToStringUtf8());
    }

    [Fact]
    public void Secret_is_encoded_once()
    {
        var secret = SdsSession.Generic("one");

        Assert.Same(EncodedSecret.Of("a", secret), EncodedSecret.Of("a", secret));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(100, 100)]
    [InlineData(120, 128)]
    [InlineData(300, 16_384)]
    [InlineData(1, 3_000_000)]
    public void One_value_is_encoded_as_its_message_would_be(int nameLength, int length)
    {
        var name = new string('ü', nameLength);
        var secret = SdsSession.Generic(new string('x', length));

        var message = new Any { TypeUrl = SdsSession.SecretType, Value = SecretWriter.ToMessage(name, secret).ToByteString() };

        Assert.Equal(message.ToByteArray(), Write(name, secret));
    }

    [Fact]
    public void Changed_copy_has_an_encoding_of_its_own()
    {
        var context = _authority.Trust with { MaxVerifyDepth = 1 };
        Encode("trust", context);

        var changed = Encode("trust", context with { MaxVerifyDepth = 2 });

        Assert.Equal(2u, changed.ValidationContext.MaxVerifyDepth);
        Assert.Equal(1u, Encode("trust", context).ValidationContext.MaxVerifyDepth);
    }

    [Fact]
    public void One_secret_under_two_names_carries_each_name()
    {
        var secret = SdsSession.Generic("one");

        Assert.Equal(["a", "b"], new[] { "a", "b" }.Select(name => Encode(name, secret).Name));
    }

    private static SensitiveBytes Bytes(string text) => SensitiveBytes.Copy(Encoding.UTF8.GetBytes(text));

    private static ReadOnlySpan<byte> Write(string name, Secret secret)
    {
        var encoded = EncodedSecret.Of(name, secret);
        var writer = new ArrayBufferWriter<byte>();
        encoded.WriteTo(writer);
        Assert.Equal(encoded.Length, writer.WrittenCount);
        return writer.WrittenSpan;
    }

    private static Tls.Secret Encode(string name, Secret secret)
    {
        var any = Any.Parser.ParseFrom(Write(name, secret));
        Assert.Equal(SdsSession.SecretType, any.TypeUrl);
        var message = Tls.Secret.Parser.ParseFrom(any.Value);
        Assert.Equal(name, message.Name);
        return message;
    }

    private sealed class StoredKey : PrivateKeyHandle
    {
        public override string KeyUri => "pkcs11:object=web";

        public override ReadOnlyMemory<byte> SubjectPublicKeyInfo => default;

        public override ValueTask<ReadOnlyMemory<byte>> SignHashAsync(
            ReadOnlyMemory<byte> hash, HashAlgorithmName algorithm, RSASignaturePadding? padding, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<ReadOnlyMemory<byte>>(new SecretSourceException(SecretErrorCode.Denied, "Nobody signs in this test."));
    }
}
