using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.Vault.Engines.Pki;

namespace SecretProviders.Vault.Tests.Engines.Pki;

/// <summary>Keys that are made here, and the requests for their certificates.</summary>
public sealed class PkiKeysTests
{
    [Theory]
    [InlineData(null, null, "ec", 256)]
    [InlineData("ec", "384", "ec", 384)]
    [InlineData("ec", "521", "ec", 521)]
    [InlineData("rsa", null, "rsa", 2048)]
    [InlineData("rsa", "3072", "rsa", 3072)]
    public async Task Key_is_of_the_sort_that_is_asked_for(string? type, string? bits, string expectedType, int expectedBits)
    {
        var key = await CreateAsync(("common_name", "a.example"), ("key_type", type), ("key_bits", bits));

        using AsymmetricAlgorithm found = expectedType == "rsa" ? RSA.Create() : ECDsa.Create();
        found.ImportPkcs8PrivateKey(Pkcs8(key).GetSpan(), out _);
        Assert.Equal(expectedBits, found.KeySize);
    }

    [Fact]
    public async Task Request_is_signed_with_the_key_and_asks_for_its_public_part()
    {
        var key = await CreateAsync(("common_name", "a.example"));

        using var pair = ECDsa.Create();
        pair.ImportPkcs8PrivateKey(Pkcs8(key).GetSpan(), out _);
        Assert.Equal(pair.ExportSubjectPublicKeyInfo(), Load(key).PublicKey.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public async Task Request_holds_every_name()
    {
        var request = Load(await CreateAsync(
            ("common_name", "a.example"), ("alt_names", "b.example, *.c.example,ops@example.org"), ("ip_sans", "127.0.0.1,::1"), ("uri_sans", "spiffe://example/a")));

        var names = new X509SubjectAlternativeNameExtension(request.CertificateExtensions.Single().RawData);
        Assert.Equal("CN=a.example", request.SubjectName.Name);
        Assert.Equal(["b.example", "*.c.example"], names.EnumerateDnsNames());
        Assert.Equal(["127.0.0.1", "::1"], names.EnumerateIPAddresses().Select(static address => address.ToString()));
        Assert.Contains("spiffe://example/a", names.Format(multiLine: false), StringComparison.Ordinal);
        Assert.Contains("ops@example.org", names.Format(multiLine: false), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_without_other_names_has_no_extension() => Assert.Empty(Load(await CreateAsync(("common_name", "a.example"))).CertificateExtensions);

    [Fact]
    public async Task Request_without_a_common_name_has_an_empty_subject() =>
        Assert.Equal(string.Empty, Load(await CreateAsync(("uri_sans", "spiffe://example/a"))).SubjectName.Name);

    [Fact]
    public async Task Two_keys_differ() => Assert.NotEqual((await CreateAsync(("common_name", "a.example"))).Key, (await CreateAsync(("common_name", "a.example"))).Key);

    [Theory]
    [InlineData("key_type", "dsa")]
    [InlineData("key_bits", "255")]
    [InlineData("ip_sans", "localhost")]
    [InlineData("uri_sans", "not a uri")]
    [InlineData("alt_names", "a..example")]
    public async Task What_cannot_stand_in_a_request_is_refused(string parameter, string value)
    {
        var (_, problem) = await new PkiKeys(null).GetAsync(Reference(("common_name", "a.example"), (parameter, value)), TestContext.Current.CancellationToken);

        Assert.Equal(SecretProblemCode.BadName, problem?.Code);
        Assert.Contains(parameter == "key_bits" ? "key_type" : parameter, problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_shows_nothing_of_the_key()
    {
        var key = await CreateAsync(("common_name", "a.example"));

        Assert.DoesNotContain(Convert.ToBase64String(Pkcs8(key).GetSpan())[40..60], key.ToString(), StringComparison.Ordinal);
    }

    private static SensitiveBytes Pkcs8(PkiKey key) => Assert.IsType<PrivateKeyBytes>(key.Key).Pkcs8;

    private static async Task<PkiKey> CreateAsync(params (string Name, string? Value)[] parameters)
    {
        var (key, problem) = await new PkiKeys(null).GetAsync(Reference(parameters), TestContext.Current.CancellationToken);
        Assert.Null(problem);
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
