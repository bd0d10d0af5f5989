using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.Vault.Engines.Pki;

namespace SecretProviders.Vault.Tests.Engines.Pki;

public sealed class PkiKeyTests
{
    [Theory]
    [InlineData(null, null, "ec", 256)]
    [InlineData("ec", "384", "ec", 384)]
    [InlineData("ec", "521", "ec", 521)]
    [InlineData("rsa", null, "rsa", 2048)]
    [InlineData("rsa", "3072", "rsa", 3072)]
    public void Key_is_of_the_sort_that_is_asked_for(string? type, string? bits, string expectedType, int expectedBits)
    {
        var key = Create(("common_name", "a.example"), ("key_type", type), ("key_bits", bits));

        using AsymmetricAlgorithm found = expectedType == "rsa" ? RSA.Create() : ECDsa.Create();
        found.ImportPkcs8PrivateKey(key.Pkcs8.GetSpan(), out _);
        Assert.Equal(expectedBits, found.KeySize);
    }

    [Fact]
    public void Request_is_signed_with_the_key_and_asks_for_its_public_part()
    {
        var key = Create(("common_name", "a.example"));

        using var pair = ECDsa.Create();
        pair.ImportPkcs8PrivateKey(key.Pkcs8.GetSpan(), out _);
        Assert.Equal(pair.ExportSubjectPublicKeyInfo(), Load(key).PublicKey.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void Request_holds_every_name()
    {
        var request = Load(Create(
            ("common_name", "a.example"), ("alt_names", "b.example, *.c.example,ops@example.org"), ("ip_sans", "127.0.0.1,::1"), ("uri_sans", "spiffe://example/a")));

        var names = new X509SubjectAlternativeNameExtension(request.CertificateExtensions.Single().RawData);
        Assert.Equal("CN=a.example", request.SubjectName.Name);
        Assert.Equal(["b.example", "*.c.example"], names.EnumerateDnsNames());
        Assert.Equal(["127.0.0.1", "::1"], names.EnumerateIPAddresses().Select(static address => address.ToString()));
        Assert.Contains("spiffe://example/a", names.Format(multiLine: false), StringComparison.Ordinal);
        Assert.Contains("ops@example.org", names.Format(multiLine: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Request_without_other_names_has_no_extension() => Assert.Empty(Load(Create(("common_name", "a.example"))).CertificateExtensions);

    [Fact]
    public void Request_without_a_common_name_has_an_empty_subject() => Assert.Equal(string.Empty, Load(Create(("uri_sans", "spiffe://example/a"))).SubjectName.Name);

    [Fact]
    public void Two_keys_differ() => Assert.NotEqual(Create(("common_name", "a.example")).Pkcs8, Create(("common_name", "a.example")).Pkcs8);

    [Theory]
    [InlineData("key_type", "dsa")]
    [InlineData("key_bits", "255")]
    [InlineData("ip_sans", "localhost")]
    [InlineData("uri_sans", "not a uri")]
    [InlineData("alt_names", "a..example")]
    public void What_cannot_stand_in_a_request_is_refused(string parameter, string value)
    {
        var problem = PkiKey.TryCreate(Reference(("common_name", "a.example"), (parameter, value)), out _);

        Assert.Equal(SecretProblemCode.BadName, problem?.Code);
        Assert.Contains(parameter == "key_bits" ? "key_type" : parameter, problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_shows_nothing_of_the_key()
    {
        var key = Create(("common_name", "a.example"));

        Assert.DoesNotContain(Convert.ToBase64String(key.Pkcs8.GetSpan())[40..60], key.ToString(), StringComparison.Ordinal);
    }

    private static PkiKey Create(params (string Name, string? Value)[] parameters)
    {
        Assert.Null(PkiKey.TryCreate(Reference(parameters), out var key));
        return key!;
    }

    private static CertificateRequest Load(PkiKey key) => CertificateRequest.LoadSigningRequestPem(
        key.Request, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);

    private static SecretReference Reference(params (string Name, string? Value)[] parameters)
    {
        var reference = new SecretReference("pki/sign/web");
        return reference with { Parameters = reference.Parameters.AddRange(parameters.Where(static one => one.Value is not null).Select(static one => KeyValuePair.Create(one.Name, one.Value!))) };
    }
}
