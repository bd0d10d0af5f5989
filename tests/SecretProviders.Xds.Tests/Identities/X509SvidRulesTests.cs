using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.Xds.Identities;
using static SecretProviders.Xds.Tests.Identities.SvidCases;
using static SecretProviders.Xds.Tests.Identities.SvidCertificate;

namespace SecretProviders.Xds.Tests.Identities;

public sealed class X509SvidRulesTests
{
    [Theory]
    [InlineData("as issued")]
    [InlineData("with other names")]
    [InlineData("no basic constraints")]
    [InlineData("no purposes")]
    [InlineData("more purposes")]
    [InlineData("key encipherment")]
    public void Sound_leaf_has_its_id(string which)
    {
        using var certificate = Leaves[which].Make();

        Assert.Null(X509SvidRules.LeafProblem(certificate, out var id));
        Assert.Equal(Id, id?.ToString());
    }

    [Theory]
    [InlineData("two URIs", "2 URIs among its names where there is exactly one (X.509-SVID, section 2)")]
    [InlineData("two SPIFFE IDs", "2 URIs among its names where there is exactly one (X.509-SVID, section 2)")]
    [InlineData("no URI", "0 URIs")]
    [InlineData("broken names", "0 URIs")]
    [InlineData("other scheme", "does not begin with 'spiffe://'")]
    [InlineData("no path", "section 3.1")]
    [InlineData("bad path", "its URI is no SPIFFE ID")]
    [InlineData("authority", "section 4.1")]
    [InlineData("no key usage", "no key usage (X.509-SVID, section 4.3)")]
    [InlineData("uncritical key usage", "not marked critical")]
    [InlineData("no digital signature", "lacks digitalSignature")]
    [InlineData("signs certificates", "has keyCertSign")]
    [InlineData("signs lists", "has cRLSign")]
    [InlineData("server only", "section 4.4")]
    [InlineData("client only", "section 4.4")]
    public void Leaf_that_breaks_a_rule_is_told_which(string which, string rule)
    {
        using var certificate = Leaves[which].Make();

        Assert.Contains(rule, X509SvidRules.LeafProblem(certificate, out _), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("as issued")]
    [InlineData("no SPIFFE ID")]
    [InlineData("closing slash")]
    [InlineData("URI of another scheme")]
    [InlineData("no key usage")]
    [InlineData("certificates only")]
    public void Sound_signer_breaks_no_rule(string which)
    {
        using var certificate = Signers[which].Make();

        Assert.Null(X509SvidRules.SignerProblem(certificate));
    }

    [Theory]
    [InlineData("leaf", "it is a leaf (X.509-SVID, section 4.1)")]
    [InlineData("no basic constraints", "section 4.1")]
    [InlineData("no certificate signing", "lacks keyCertSign")]
    [InlineData("path", "section 3.2")]
    [InlineData("bad ID", "its URI is no SPIFFE ID")]
    [InlineData("two SPIFFE IDs", "at most one")]
    public void Signer_that_breaks_a_rule_is_told_which(string which, string rule)
    {
        using var certificate = Signers[which].Make();

        Assert.Contains(rule, X509SvidRules.SignerProblem(certificate), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_case_above_is_used()
    {
        var used = typeof(X509SvidRulesTests).GetMethods()
            .SelectMany(static method => method.GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Cast<InlineDataAttribute>())
            .Select(static data => (string)data.Data[0]!)
            .ToHashSet(StringComparer.Ordinal);

        Assert.Equal(Leaves.Keys.Concat(Signers.Keys).Distinct().Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Extension_that_cannot_be_read_is_a_problem_and_no_exception()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=svid", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(Id));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509Extension("2.5.29.19", [0x30, 0x03, 0x01], critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1));

        Assert.Contains("cannot be read", X509SvidRules.LeafProblem(certificate, out _), StringComparison.Ordinal);
        Assert.Contains("cannot be read", X509SvidRules.SignerProblem(certificate), StringComparison.Ordinal);
    }
}
