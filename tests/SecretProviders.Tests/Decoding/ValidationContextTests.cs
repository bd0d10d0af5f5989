namespace SecretProviders.Tests.Decoding;

public sealed class ValidationContextTests
{
    private static readonly Pki Pki = Pki.One;

    [Fact]
    public void Anchors_keep_their_order_and_come_once()
    {
        var trust = Read(Pki.RootPem + Pki.OtherRoot + "\n" + Pki.RootPem);

        Assert.Equal(["CN=Test Root", "CN=Other Root"], trust.TrustAnchors.Select(static anchor => anchor.Subject));
    }

    [Fact]
    public void Anchors_may_be_der()
    {
        byte[] bundle = [.. Pki.RootDer, .. Pki.IntermediateDer];

        Assert.Equal(2, Read(bundle).TrustAnchors.Length);
    }

    [Fact]
    public void A_certificate_that_is_no_authority_may_be_an_anchor() => Assert.Single(Read(Pki.LeafPem).TrustAnchors);

    [Fact]
    public void Revocation_lists_may_stand_among_the_anchors()
    {
        var list = Pki.RevocationList();

        var trust = Read(System.Security.Cryptography.PemEncoding.WriteString("X509 CRL", list) + "\n" + Pki.RootPem);

        Assert.Equal(list, Assert.Single(trust.RevocationLists).ToArray());
    }

    [Fact]
    public void Revocation_lists_may_be_der_in_a_field_of_their_own()
    {
        byte[] lists = [.. Pki.RevocationList(), .. Pki.RevocationList()];

        var trust = Assert.IsType<ValidationContext>(Decode.Found(Decode.Fields(("ca.crt", Pki.RootPem), ("ca.crl", lists))).Secret);

        Assert.Equal(2, trust.RevocationLists.Length);
    }

    [Fact]
    public void Only_the_trust_of_a_set_with_a_pair_is_read()
    {
        var fields = Decode.Fields(("tls.crt", "broken"), ("tls.key", "broken"), ("ca.crt", Pki.RootPem));

        Assert.IsType<ValidationContext>(Decode.Found(fields, SecretKind.ValidationContext).Secret);
    }

    [Fact]
    public void A_pair_without_trust_lends_no_anchor()
    {
        var problem = Decode.Problem(Decode.Fields(("tls.crt", Pki.ChainPem), ("tls.key", Pki.KeyPem)), SecretKind.ValidationContext);

        Assert.Equal(SecretProblemCode.Incomplete, problem.Code);
        Assert.Contains("ca.crt", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_without_a_key_are_anchors_when_trust_is_wanted() =>
        Assert.IsType<ValidationContext>(Decode.Found(Decode.Fields(("tls.crt", Pki.RootPem)), SecretKind.ValidationContext).Secret);

    [Fact]
    public void A_private_key_among_the_anchors_is_refused()
    {
        var problem = Decode.ProblemSingle(Pki.RootPem + Pki.KeyPem, SecretKind.ValidationContext);

        Assert.Equal(SecretProblemCode.Malformed, problem.Code);
        Assert.Contains("PEM block 2: there is a private key among the trust", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Revocation_lists_alone_are_incomplete()
    {
        var problem = Decode.Problem(Decode.Fields(("ca.crl", Pki.RevocationList())), SecretKind.ValidationContext);

        Assert.Equal(SecretProblemCode.Incomplete, problem.Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void A_broken_revocation_list_is_named(int lost)
    {
        var problem = Decode.Problem(Decode.Fields(("ca.crt", Pki.RootPem), ("ca.crl", Pki.RevocationList()[..^lost])));

        Assert.Equal(SecretProblemCode.Malformed, problem.Code);
        Assert.Contains("ca.crl", problem.Message, StringComparison.Ordinal);
    }

    private static ValidationContext Read(object value) =>
        Assert.IsType<ValidationContext>(Decode.FoundSingle(value, SecretKind.ValidationContext).Secret);
}
