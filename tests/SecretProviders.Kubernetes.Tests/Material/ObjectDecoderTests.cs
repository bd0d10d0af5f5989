using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.References;

namespace SecretProviders.Kubernetes.Tests.Material;

public sealed class ObjectDecoderTests
{
    private const string Metadata = "\"metadata\":{\"namespace\":\"edge\",\"name\":\"web\",\"uid\":\"u\",\"resourceVersion\":\"7\"}";

    [Fact]
    public void Secret_has_its_type_and_the_bytes_of_its_fields()
    {
        var secret = Objects.Decode(ApiResource.Secrets, $$"""{ {{Metadata}}, "immutable": true, "type": "Opaque", "data": { "a": "aGVsbG8=", "b": "" } }""");

        Assert.Null(secret.Problem);
        Assert.Equal(("Opaque", true), (secret.Type, secret.IsImmutable));
        Assert.Equal(new Dictionary<string, string> { ["a"] = "hello", ["b"] = "" }, secret.Texts());
    }

    [Theory]
    [InlineData("\"aGVs\\u0062G8=\"")]
    [InlineData("\"aGVs\\nbG8=\"")]
    [InlineData("\"aGVs bG8=\"")]
    public void Base64_that_is_escaped_or_folded_is_read(string value)
    {
        var secret = Objects.Decode(ApiResource.Secrets, $$"""{ {{Metadata}}, "data": { "a": {{value}} } }""");

        Assert.Null(secret.Problem);
    }

    [Fact]
    public void Escaped_slash_and_plus_are_read_as_they_are()
    {
        var secret = Objects.Decode(ApiResource.Secrets, $$"""{ {{Metadata}}, "data": { "a": "\u002b\/++" } }""");

        Assert.Equal([0xFB, 0xFF, 0xBE], secret.Fields[0].Value.GetSpan().ToArray());
    }

    [Theory]
    [InlineData("\"no base64!\"")]
    [InlineData("\"aGVsbG8\"")]
    [InlineData("7")]
    [InlineData("{\"nested\":\"aGVsbG8=\"}")]
    public void Value_that_is_not_base64_is_a_problem_of_its_object_and_is_not_repeated(string value)
    {
        var secret = Objects.Decode(ApiResource.Secrets, $$"""{ {{Metadata}}, "data": { "tls.key": {{value}} } }""");

        Assert.Equal(SecretProblemCode.Malformed, secret.Problem!.Code);
        Assert.Contains("Secret 'edge/web'", secret.Problem.Message, StringComparison.Ordinal);
        Assert.Contains("tls.key", secret.Problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("base64!", secret.Problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"data\": []")]
    [InlineData("\"data\": \"text\"")]
    [InlineData("\"data\": { \"a\": \"\", \"a\": \"\" }")]
    [InlineData("\"data\": { \"\": \"\" }")]
    [InlineData("\"type\": 7")]
    public void Secret_against_the_conventions_is_a_problem(string part) =>
        Assert.NotNull(Objects.Decode(ApiResource.Secrets, $$"""{ {{Metadata}}, {{part}} }""").Problem);

    [Theory]
    [InlineData("\"data\": null")]
    [InlineData("\"data\": { \"a\": null }")]
    [InlineData("\"stringData\": { \"a\": \"ignored\" }")]
    public void Nothing_is_no_problem(string part) => Assert.Null(Objects.Decode(ApiResource.Secrets, $$"""{ {{Metadata}}, {{part}} }""").Problem);

    [Fact]
    public void Largest_Secret_is_read_whole()
    {
        var bytes = new byte[1024 * 1024];
        new Random(7).NextBytes(bytes);

        var secret = Objects.Decode(ApiResource.Secrets, $$"""{ {{Metadata}}, "data": { "a": "{{Convert.ToBase64String(bytes)}}" } }""");

        Assert.True(secret.Fields[0].Value.GetSpan().SequenceEqual(bytes));
    }

    [Fact]
    public void ConfigMap_has_texts_and_bytes()
    {
        var map = Objects.Decode(ApiResource.ConfigMaps, $$"""{ {{Metadata}}, "data": { "ca.crt": "line\nline é" }, "binaryData": { "b": "aGVsbG8=" } }""");

        Assert.Equal(new Dictionary<string, string> { ["ca.crt"] = "line\nline é", ["b"] = "hello" }, map.Texts());
    }

    [Fact]
    public void Bundle_is_its_certificates()
    {
        var bundle = Objects.Decode(ApiResource.ClusterTrustBundles, """{ "metadata": { "name": "mesh" }, "spec": { "signerName": "example.com/mesh", "trustBundle": "PEM" } }""");

        Assert.Equal(new Dictionary<string, string> { ["ca.crt"] = "PEM" }, bundle.Texts());
    }

    [Fact]
    public void Grant_has_who_may_refer_to_what()
    {
        var rules = Objects.Decode(ApiResource.ReferenceGrants, $$"""
            { {{Metadata}}, "spec": {
              "from": [ { "group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "apps" }, { "group": "x", "kind": "Y", "namespace": "z" } ],
              "to": [ { "group": "", "kind": "Secret", "name": "web" }, { "kind": "ConfigMap" } ] } }
            """).Grant!;

        Assert.Equal([new Referrer("apps", "gateway.networking.k8s.io", "Gateway"), new Referrer("z", "x", "Y")], rules.From);
        Assert.Equal([("", "Secret", "web"), ("", "ConfigMap", null)], rules.To);
    }

    [Theory]
    [InlineData("\"spec\": null")]
    [InlineData("\"spec\": {}")]
    [InlineData("\"spec\": { \"from\": null, \"to\": \"all\" }")]
    [InlineData("\"other\": 1")]
    public void Grant_that_says_nothing_permits_nothing(string part)
    {
        var rules = Objects.Decode(ApiResource.ReferenceGrants, $$"""{ {{Metadata}}, {{part}} }""").Grant!;

        Assert.False(rules.Permits(new Referrer("", "", ""), "Secret", "web"));
    }
}
