using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Tests.Configuration;

public sealed class CredentialBindingTests
{
    [Fact]
    public void A_file_is_found_from_where_it_is_written()
    {
        Assert.Equal(SecretCredential.FromFile("/etc/sp/token"), Read("c: { file: token }\n", Credential));
        Assert.Equal(SecretCredential.FromFile("/a.crt", "/a.key"), Read("c: { file: /a.crt, keyFile: /a.key }\n", Credential));
    }

    [Fact]
    public void A_secret_is_named_with_or_without_a_field()
    {
        Assert.Equal(SecretCredential.FromSecret("login"), Read("c: { secret: login }\n", Credential));
        Assert.Equal(SecretCredential.FromSecret("login", "password"), Read("c: { secret: login, field: password }\n", Credential));
    }

    [Fact]
    public void An_absent_credential_is_none() => Assert.Null(Read("{}\n", Credential));

    [Theory]
    [InlineData("c: {}\n", "s.yaml:1: c: needs exactly one of file and secret")]
    [InlineData("c: { file: a, secret: b }\n", "s.yaml:1: c: needs exactly one of file and secret")]
    [InlineData("c: { file: \"\" }\n", "s.yaml:1: c.file: is empty; write a path")]
    [InlineData("c: { file: a, field: b }\n", "s.yaml:1: c.field: is for secret; a file is read whole")]
    [InlineData("c: { secret: a, keyFile: b }\n", "s.yaml:1: c.keyFile: is for file; a secret brings its key along")]
    [InlineData("c: { secrt: a }\n", "s.yaml:1: c: needs exactly one of file and secret")]
    [InlineData("c: token\n", "s.yaml:1: c: is a text; write a map")]
    public void A_mistake_is_told_with_its_remedy(string text, string expected) => Assert.Contains(expected, Errors(text, Credential));

    [Fact]
    public void Tls_names_the_ca_the_certificate_and_the_server()
    {
        var options = new StoreTlsOptions();
        Read("tls: { ca: { secret: ca }, certificate: { file: c.pem }, serverName: vault }\n", static section => section.StoreTls())!(options);

        Assert.Equal(SecretCredential.FromSecret("ca"), options.Ca);
        Assert.Equal(SecretCredential.FromFile("/etc/sp/c.pem"), options.Certificate);
        Assert.Equal("vault", options.ServerName);
    }

    [Fact]
    public void A_ca_file_is_the_short_form_of_a_ca()
    {
        var options = new StoreTlsOptions();
        Read("caFile: ca.pem\n", static section => section.StoreTls())!(options);

        Assert.Equal(SecretCredential.FromFile("/etc/sp/ca.pem"), options.Ca);
        Assert.Equal(
            "s.yaml:1: caFile: is there beside tls.ca; keep one",
            Assert.Single(Errors("caFile: a\ntls: { ca: { file: b } }\n", static section => section.StoreTls())));
    }

    [Fact]
    public void Absent_tls_leaves_the_defaults()
    {
        var options = new StoreTlsOptions { ServerName = "kept" };
        Read("{}\n", static section => section.StoreTls())!(options);

        Assert.Equal("kept", options.ServerName);
        Assert.Null(options.Ca);
    }

    private static SecretCredential? Credential(SectionReader section) => section.Credential("c");

    private static T Read<T>(string text, Func<SectionReader, T> bind)
    {
        var errors = new ConfigurationErrors();
        var result = SectionReader.ReadDocument(ConfigurationDocument.Read(text, "s.yaml", "/etc/sp", errors)!, errors, bind);
        Assert.Empty(errors.All);
        return result;
    }

    private static IEnumerable<string> Errors<T>(string text, Func<SectionReader, T> bind)
    {
        var errors = new ConfigurationErrors();
        SectionReader.ReadDocument(ConfigurationDocument.Read(text, "s.yaml", "/etc/sp", errors)!, errors, bind);
        return errors.All;
    }
}
