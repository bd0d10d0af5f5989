using System.Text;
using SecretProviders.Kubernetes.Configuration.Exec;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.Configuration;

public sealed class ExecReaderTests
{
    private const string Version = "client.authentication.k8s.io/v1";
    private static readonly ExecPlugin Plugin = new("/bin/plugin", Version, "'/etc/kube', user 'me', exec");

    [Fact]
    public void Token_with_its_end()
    {
        var (proof, expiration) = Read("""{ "token": "t-1", "expirationTimestamp": "2030-01-02T03:04:05Z" }""");

        Assert.Equal(("t-1", new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero)), (proof.Token, expiration));
    }

    [Fact]
    public void Token_without_an_end() => Assert.Null(Read("""{ "token": "t-1" }""").Expiration);

    [Fact]
    public void Certificate_with_its_key()
    {
        using var authority = new TestCertificateAuthority();
        var me = authority.Issue("me");

        var (proof, _) = Read($$"""{ "clientCertificateData": "{{Escape(me.CertificatePem)}}", "clientKeyData": "{{Escape(me.PrivateKeyPem)}}" }""");

        Assert.Null(proof.Token);
        Assert.Equal(me.Secret, proof.Certificate);
    }

    [Theory]
    [InlineData("")]
    [InlineData("please visit https://login.example and enter marker")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{ "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1beta1", "status": { "token": "marker" } }""")]
    [InlineData("""{ "kind": "Secret", "apiVersion": "client.authentication.k8s.io/v1", "status": { "token": "marker" } }""")]
    [InlineData("""{ "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1" }""")]
    [InlineData("""{ "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": {} }""")]
    [InlineData("""{ "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": { "token": 7, "x": "marker" } }""")]
    [InlineData("""{ "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": { "clientKeyData": "marker" } }""")]
    [InlineData("""{ "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": { "clientCertificateData": "marker" } }""")]
    [InlineData("""{ "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": { "clientCertificateData": "marker", "clientKeyData": "marker" } }""")]
    [InlineData("""{ "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": { "token": "marker", "expirationTimestamp": "soon" } }""")]
    public void Rubbish_is_an_outage_that_names_the_plugin_and_repeats_nothing(string output)
    {
        var exception = Assert.Throws<SecretSourceException>(() => ExecReader.Read(Encoding.UTF8.GetBytes(output), Plugin));

        Assert.Contains("/bin/plugin", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", exception.ToString(), StringComparison.Ordinal);
    }

    private static (SecretProviders.Kubernetes.Configuration.Proof Proof, DateTimeOffset? Expiration) Read(string status) =>
        ExecReader.Read(Encoding.UTF8.GetBytes($$"""{ "kind": "ExecCredential", "apiVersion": "{{Version}}", "spec": {}, "status": {{status}} }"""), Plugin);

    private static string Escape(byte[] pem) => Encoding.ASCII.GetString(pem).ReplaceLineEndings("\\n");
}
