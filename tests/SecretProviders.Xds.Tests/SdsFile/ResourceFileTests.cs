using System.Text;
using SecretProviders.SdsFile;
using SecretProviders.Testing;
using SecretProviders.Xds.Mapping;

namespace SecretProviders.Xds.Tests.SdsFile;

/// <summary>What a resource file says, without any file: documents to states.</summary>
public sealed class ResourceFileTests : IDisposable
{
    private const string SecretType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-file-");
    private readonly TestCertificateAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("generic_secret: { secret: { inline_string: text } }")]
    [InlineData("genericSecret: { secret: { inlineString: text } }")]
    [InlineData("generic_secret: { secret: { inline_bytes: dGV4dA== } }")]
    [InlineData("generic_secret: { secret: { inline_bytes: dGV4dA } }")]
    [InlineData("generic_secret:\n    secret:\n      inline_string: |-\n        text")]
    public void Both_spellings_and_all_inline_forms_are_read(string content) => Assert.Equal("text", Text(Read(content)));

    [Fact]
    public void Base64_of_URLs_is_read() =>
        Assert.Equal([0xFB, 0xEF, 0xFF], Value(Read("generic_secret: { secret: { inline_bytes: \"--__\" } }")));

    [Fact]
    public void Named_values_are_read()
    {
        var found = Assert.IsType<SecretState.Found>(Read("generic_secret: { secrets: { user: { inline_string: a }, camelCase: { inline_string: b } } }"));

        Assert.Equal(["camelCase", "user"], Assert.IsType<GenericSecret>(found.Secret).Fields.Keys);
    }

    [Fact]
    public void Trust_keeps_every_field_that_says_who_is_trusted()
    {
        var pem = Quote(Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(_authority.Certificate.ToPem())));
        var hash = new string('a', 64);
        var spki = new string('b', 43) + "=";

        var trust = Assert.IsType<ValidationContext>(Assert.IsType<SecretState.Found>(Read($$"""
            validation_context:
                trusted_ca: { inline_string: {{pem}} }
                verify_certificate_hash: [ {{hash}} ]
                verify_certificate_spki: [ {{spki}} ]
                match_typed_subject_alt_names:
                - { san_type: URI, matcher: { prefix: "spiffe://example.org/", ignore_case: true } }
                - { san_type: DNS, matcher: { safe_regex: { google_re2: {}, regex: ".*[.]example" } } }
                allow_expired_certificate: true
                only_verify_leaf_cert_crl: true
                trust_chain_verification: ACCEPT_UNTRUSTED
                max_verify_depth: 3
            """)).Secret);

        Assert.Equal(_authority.Certificate, Assert.Single(trust.TrustAnchors));
        Assert.Equal((hash, spki, 3), (trust.CertificateHashes[0], trust.SpkiHashes[0], trust.MaxVerifyDepth));
        Assert.Equal([SubjectAltNameMatch.Prefix, SubjectAltNameMatch.Regex], trust.SubjectAltNames.Select(static matcher => matcher.Match));
        Assert.True(trust is { AllowExpiredCertificate: true, OnlyVerifyLeafRevocation: true, AcceptUntrusted: true });
    }

    [Fact]
    public void Trust_domains_of_the_SPIFFE_validator_stay_apart()
    {
        var pem = Quote(_authority.Certificate.ToPem());

        var trust = Assert.IsType<ValidationContext>(Assert.IsType<SecretState.Found>(Read($$"""
            validation_context:
                custom_validator_config:
                  name: envoy.tls.cert_validator.spiffe
                  typed_config:
                    "@type": {{SecretTypes.SpiffeValidatorUrl}}
                    trust_domains:
                    - { name: example.org, trust_bundle: { inline_string: {{pem}} } }
                    - { name: example.net, trust_bundle: { inline_string: {{pem}} } }
            """)).Secret);

        Assert.Empty(trust.TrustAnchors);
        Assert.Equal(["example.net", "example.org"], trust.TrustDomains.Keys);
    }

    [Theory]
    [InlineData("tls_certificate: { private_key_provider: { provider_name: qat } }", "private_key_provider")]
    [InlineData("validation_context: { ca_certificate_provider_instance: { instance_name: a } }", "ca_certificate_provider_instance")]
    [InlineData("validation_context: { system_root_certs: {} }", "system_root_certs")]
    [InlineData("generic_secret: { secret: { inline_string: a }, extra: 1 }", "extra")]
    [InlineData("tlsCertificates: {}", "tls_certificates")]
    public void Field_that_is_not_understood_is_refused_by_name(string content, string field) => AssertInvalid(content, $"'{field}' is not understood");

    [Theory]
    [InlineData("generic_secret: { secret: { inline_string: a, filename: b } }", "exactly one of")]
    [InlineData("generic_secret: { secret: {} }", "exactly one of")]
    [InlineData("generic_secret: { secret: { inline_bytes: \"???\" } }", "not base64")]
    [InlineData("generic_secret: { secret: a }", "no map of fields")]
    [InlineData("generic_secret: { secret: { inline_string: [] } }", "no text")]
    [InlineData("generic_secret: { secret: { inline_string: a } }\n  session_ticket_keys: { keys: [] }", "two kinds at once")]
    [InlineData("session_ticket_keys: { keys: { inline_string: a } }", "no list")]
    [InlineData("session_ticket_keys: { keys: [ { inline_string: short } ] }", "80 bytes")]
    [InlineData("validation_context: { max_verify_depth: -1 }", "no whole number")]
    [InlineData("validation_context: { allow_expired_certificate: 1 }", "neither true nor false")]
    [InlineData("validation_context: { trust_chain_verification: ALWAYS }", "none of VERIFY_TRUST_CHAIN")]
    [InlineData("validation_context: { match_typed_subject_alt_names: [ { san_type: DNS } ] }", "no 'matcher'")]
    [InlineData("validation_context: { match_subject_alt_names: [ { exact: a, prefix: b } ] }", "exactly one of exact")]
    [InlineData("validation_context: { custom_validator_config: { typed_config: { \"@type\": a } } }", "custom validator")]
    [InlineData("genericSecret: {}\n  generic_secret: {}", "both spellings")]
    public void Mistake_is_told_with_its_line(string content, string words) => AssertInvalid(content, words);

    [Fact]
    public void Environment_variable_is_refused_unless_it_is_allowed()
    {
        const string Content = "generic_secret: { secret: { environment_variable: PATH } }";

        AssertInvalid(Content, "allowEnvironment");
        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), Text(Read(Content, allowEnvironment: true)));
    }

    [Fact]
    public void Environment_variable_that_is_not_set_is_told() =>
        AssertInvalid("generic_secret: { secret: { environment_variable: NO_SUCH_VARIABLE_HERE } }", "is not set", allowEnvironment: true);

    [Fact]
    public void Relative_file_lies_beside_the_resource_file()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "token"), "beside");

        Assert.Equal("beside", Text(Read("generic_secret: { secret: { filename: token } }")));
    }

    [Fact]
    public void File_that_is_not_there_is_told_by_its_path() => AssertInvalid("generic_secret: { secret: { filename: gone } }", Path.Combine(_folder.FullName, "gone"));

    [Fact]
    public void File_that_is_too_large_is_not_read()
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "large"), new byte[2 * 1024 * 1024]);

        var state = Assert.IsType<SecretState.Invalid>(Read("generic_secret: { secret: { filename: large } }"));

        Assert.Contains("1048576 are allowed", state.Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_unsound_resource_harms_no_other()
    {
        var document = Document(("bad", "nonsense: 1"), ("good", "generic_secret: { secret: { inline_string: text } }"));

        Assert.IsType<SecretState.Invalid>(ReadDocument(document, "bad"));
        Assert.Equal("text", Text(ReadDocument(document, "good")));
    }

    [Fact]
    public void Two_resources_of_one_name_are_refused_and_harm_no_other()
    {
        var document = Document(
            ("twice", "generic_secret: { secret: { inline_string: a } }"),
            ("twice", "generic_secret: { secret: { inline_string: b } }"),
            ("once", "generic_secret: { secret: { inline_string: c } }"));

        Assert.Contains("more than once", Assert.IsType<SecretState.Invalid>(ReadDocument(document, "twice")).Problem.Message, StringComparison.Ordinal);
        Assert.Equal("c", Text(ReadDocument(document, "once")));
    }

    [Fact]
    public void Resource_of_another_type_is_refused() => Assert.Contains(
        "@type",
        Assert.IsType<SecretState.Invalid>(ReadDocument("resources:\n- { \"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster, name: a }\n", "a")).Problem.Message,
        StringComparison.Ordinal);

    [Fact]
    public void Name_that_the_file_does_not_have_is_absent() => Assert.IsType<SecretState.NotFound>(ReadDocument("resources: []", "a"));

    [Theory]
    [InlineData("sds.yaml", "resources: [", ": the file is not YAML")]
    [InlineData("sds.yaml", "version_info: a\nresources: [ { name: a }\nnonce: b\n", ":2: the file is not YAML")]
    [InlineData("sds.yaml", "version_info: a\nresources: !![ b\n", ":2: the file is not YAML")]
    [InlineData("sds.yaml", "", ":1: the file is empty")]
    [InlineData("sds.yaml", "resources: []\n---\nresources: []", "second document")]
    [InlineData("sds.yaml", "resources: &a []\nversion_info: *a", ":2: the file is an alias")]
    [InlineData("sds.yaml", "resources: !!binary aaaa", "carries a tag")]
    [InlineData("sds.yaml", "resources: []\nresources: []", ":2: the file has 'resources' a second time")]
    [InlineData("sds.yaml", "static_resources: {}", "'static_resources' is not understood")]
    [InlineData("sds.yaml", "- a", "no map of fields")]
    [InlineData("sds.yaml", "resources:\n- { name: a }\n- { type: b }", ":3: the file is a resource without a name")]
    [InlineData("sds.json", "{ \"resources\": [ ", "is not JSON")]
    [InlineData("sds.json", "{\n\"resources\": [],\n\"resources\": [] }", ":3: the file has 'resources' a second time")]
    [InlineData("sds.json", "{ \"resources\": [] } {}", "is not JSON")]
    [InlineData("sds.json", "", "is not JSON")]
    public void File_that_cannot_be_read_is_told_with_its_line(string name, string document, string words)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, document);

        var (file, failure) = Reader(path).ReadFile();

        Assert.Null(file);
        Assert.Contains(words, Assert.IsType<SecretState.Invalid>(failure).Problem.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, ((SecretState.Invalid)failure).Problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sds.yaml", "resources:\n- { \"@type\": TYPE, name: a, generic_secret: { secret: { inline_string: \"p\u00E4ss\" } } }")]
    [InlineData("sds.json", "{ \"resources\":\n[ { \"@type\": \"TYPE\", \"name\": \"a\", \"generic_secret\": { \"secret\": { \"inline_string\": \"p\u00E4ss\" } } } ] }")]
    public void Bytes_that_are_no_UTF8_are_refused_and_never_replaced(string name, string document)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, document.Replace("TYPE", SecretType, StringComparison.Ordinal), Encoding.Latin1);

        var (_, failure) = Reader(path).ReadFile();

        Assert.StartsWith($"{path}:2: the file is not UTF-8", Assert.IsType<SecretState.Invalid>(failure).Problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sds.yaml", "resources:\n- { \"@type\": TYPE, name: a, generic_secret: { secret: { inline_string: text } } }")]
    [InlineData("sds.json", "{ \"resources\": [ { \"@type\": \"TYPE\", \"name\": \"a\", \"generic_secret\": { \"secret\": { \"inline_string\": \"text\" } } } ] }")]
    public void Byte_order_mark_before_the_document_is_skipped(string name, string document)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, document.Replace("TYPE", SecretType, StringComparison.Ordinal), Encoding.UTF8);
        var reader = Reader(path);

        Assert.Equal("text", Text(reader.Read(reader.ReadFile().File!, "a")));
    }

    [Fact]
    public void Deep_nesting_is_refused_and_no_stack_overflows()
    {
        foreach (var name in new[] { "deep.yaml", "deep.json" })
        {
            var path = Path.Combine(_folder.FullName, name);
            File.WriteAllText(path, $"{{ \"resources\": {new string('[', 20_000)}{new string(']', 20_000)} }}");

            Assert.IsType<SecretState.Invalid>(Reader(path).ReadFile().Failure);
        }
    }

    [Fact]
    public void File_that_is_not_there_is_a_definite_outage_and_no_absence() =>
        Assert.True(Assert.IsType<SecretState.Unavailable>(Reader(Path.Combine(_folder.FullName, "none.yaml")).ReadFile().Failure).Definite);

    [Fact]
    public void Folder_in_the_place_of_the_file_is_told() =>
        Assert.IsNotType<SecretState.Found>(Reader(_folder.FullName).ReadFile().Failure);

    [Fact]
    public void Values_are_not_in_the_words_about_them()
    {
        const string Marker = "marker-of-a-secret";
        foreach (var content in new[] { $"generic_secret: {{ secret: {{ inline_bytes: \"{Marker}!\" }} }}", $"generic_secret: {{ secret: {Marker} }}", $"validation_context: {{ max_verify_depth: {Marker} }}" })
        {
            Assert.DoesNotContain(Marker, Read(content).ToString(), StringComparison.Ordinal);
        }
    }

    private static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private static string Document(params IEnumerable<(string Name, string Content)> resources) =>
        "resources:\n" + string.Concat(resources.Select(static resource => $"- \"@type\": {SecretType}\n  name: {resource.Name}\n  {resource.Content}\n"));

    private static string Text(SecretState state) => Encoding.UTF8.GetString(Value(state));

    private static byte[] Value(SecretState state) => Assert.IsType<GenericSecret>(Assert.IsType<SecretState.Found>(state).Secret).Value!.Memory.ToArray();

    private static SdsFileReader Reader(string path, bool allowEnvironment = false) =>
        new("envoy", path, new OutsideData(allowEnvironment, 1024 * 1024), 1024 * 1024);

    private SecretState Read(string content, bool allowEnvironment = false) => ReadDocument(Document(("a", content)), "a", allowEnvironment);

    private SecretState ReadDocument(string document, string name, bool allowEnvironment = false)
    {
        var path = Path.Combine(_folder.FullName, "sds.yaml");
        File.WriteAllText(path, document);
        var reader = Reader(path, allowEnvironment);
        var (file, failure) = reader.ReadFile();
        return file is null ? failure! : reader.Read(file, name);
    }

    private void AssertInvalid(string content, string words, bool allowEnvironment = false)
    {
        var message = Assert.IsType<SecretState.Invalid>(Read(content, allowEnvironment)).Problem.Message;
        Assert.StartsWith(Path.Combine(_folder.FullName, "sds.yaml"), message, StringComparison.Ordinal);
        Assert.Contains(words, message, StringComparison.Ordinal);
    }
}
