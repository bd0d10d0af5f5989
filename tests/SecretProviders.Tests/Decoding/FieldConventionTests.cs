namespace SecretProviders.Tests.Decoding;

public sealed class FieldConventionTests
{
    private static readonly Pki Pki = Pki.One;

    [Theory]
    [InlineData("tls.crt", "tls.key", "ca.crt")]
    [InlineData("cert", "key", "cacert")]
    [InlineData("fullchain.pem", "privkey.pem", "ca.pem")]
    [InlineData("svid.pem", "svid_key.pem", "svid_bundle.pem")]
    [InlineData("svid.pem", "svid_key.pem", "bundle.pem")]
    public void Known_names_make_a_certificate_with_its_trust(string certificate, string key, string trust)
    {
        var found = Decode.Found(Decode.Fields((certificate, Pki.ChainPem), (key, Pki.KeyPem), (trust, Pki.RootPem)));

        var tls = Assert.IsType<TlsCertificate>(found.Secret);
        Assert.Equal([Pki.Leaf.RawData, Pki.IntermediateDer], tls.Chain.Select(static one => one.Der.ToArray()));
        Assert.Equal(Pki.EllipticKey.ExportPkcs8PrivateKey(), Assert.IsType<PrivateKeyBytes>(tls.PrivateKey).Pkcs8.GetSpan());
        Assert.Equal(Pki.RootDer, Assert.Single(found.Trust!.TrustAnchors).Der.ToArray());
        Assert.Null(found.Origin);
    }

    [Theory]
    [InlineData("ca.crt")]
    [InlineData("ca-bundle.crt")]
    [InlineData("root-cert.pem")]
    [InlineData("trust-bundle.pem")]
    public void Names_of_ConfigMaps_make_trust(string trust)
    {
        var found = Decode.Found(Decode.Fields((trust, Pki.RootPem), ("README", "what these roots are for")));

        Assert.Equal(Pki.RootDer, Assert.Single(Assert.IsType<ValidationContext>(found.Secret).TrustAnchors).Der.ToArray());
    }

    [Fact]
    public void Certbots_leaf_and_chain_files_are_joined()
    {
        var tls = Decode.Tls(("cert.pem", Pki.LeafPem), ("chain.pem", Pki.IntermediatePem), ("privkey.pem", Pki.KeyPem));

        Assert.Equal(2, tls.Chain.Length);
    }

    [Fact]
    public void Certbots_full_chain_wins_over_its_parts()
    {
        var tls = Decode.Tls(
            ("README", "how to use these files"),
            ("cert.pem", Pki.LeafPem),
            ("chain.pem", Pki.IntermediatePem),
            ("fullchain.pem", Pki.ChainPem),
            ("privkey.pem", Pki.KeyPem));

        Assert.Equal(2, tls.Chain.Length);
    }

    [Fact]
    public void Other_fields_beside_known_names_are_ignored()
    {
        var tls = Decode.Tls(("keystore.p12", new byte[] { 1, 2, 3 }), ("tls.crt", Pki.LeafPem), ("tls.key", Pki.KeyPem));

        Assert.Single(tls.Chain);
    }

    [Fact]
    public void Fields_whose_names_say_nothing_are_read_for_what_they_hold()
    {
        var tls = Decode.Tls(("server.key", Pki.KeyPem), ("server.crt", Pki.ChainPem));

        Assert.Equal(2, tls.Chain.Length);
    }

    [Fact]
    public void Kubernetes_extras_are_taken()
    {
        byte[] staple = [0x30, 0x03, 0x0A, 0x01, 0x00];
        var found = Decode.Found(Decode.Fields(
            ("ca.crl", Pki.RevocationList()), ("ca.crt", Pki.RootPem), ("tls.crt", Pki.LeafPem), ("tls.key", Pki.KeyPem), ("tls.ocsp-staple", staple)));

        Assert.Equal(staple, Assert.IsType<TlsCertificate>(found.Secret).OcspStaple.ToArray());
        Assert.Single(found.Trust!.RevocationLists);
    }

    [Theory]
    [InlineData("ca.crt")]
    [InlineData("ca.crl")]
    [InlineData("tls.ocsp-staple")]
    public void An_empty_optional_field_is_no_field(string name)
    {
        var found = Decode.Found(Decode.Fields(("tls.crt", Pki.LeafPem), ("tls.key", Pki.KeyPem), (name, "")));

        Assert.Null(found.Trust);
        Assert.True(Assert.IsType<TlsCertificate>(found.Secret).OcspStaple.IsEmpty);
    }

    [Theory]
    [InlineData("ca.crt")]
    [InlineData("cacert")]
    [InlineData("bundle.pem")]
    public void Trust_alone_is_a_validation_context_without_being_told(string name)
    {
        var found = Decode.Found(Decode.Fields((name, Pki.RootPem)));

        Assert.IsType<ValidationContext>(found.Secret);
        Assert.Null(found.Trust);
    }

    [Fact]
    public void Certificates_alone_without_a_kind_are_a_pair_without_its_key()
    {
        var problem = Decode.ProblemSingle(Pki.RootPem);

        Assert.Equal(SecretProblemCode.Incomplete, problem.Code);
        Assert.Contains("no private key", problem.Message, StringComparison.Ordinal);
    }
}
