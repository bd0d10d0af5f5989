using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.Server.Engines.Pki;

/// <summary>A role of the fake's PKI engine, as it is written and read.</summary>
internal sealed class FakePkiRole
{
    private const string Defaults = """
        {
          "allow_any_name": false,
          "allow_bare_domains": false,
          "allow_glob_domains": false,
          "allow_globs_in_identity_templates": false,
          "allow_ip_sans": true,
          "allow_localhost": true,
          "allow_subdomains": false,
          "allow_token_displayname": false,
          "allow_wildcard_certificates": true,
          "allowed_domains": [],
          "allowed_domains_template": false,
          "allowed_ip_sans_cidr": [],
          "allowed_other_sans": [],
          "allowed_serial_numbers": [],
          "allowed_uri_sans": [],
          "allowed_uri_sans_template": false,
          "allowed_user_ids": [],
          "basic_constraints_valid_for_non_ca": false,
          "client_flag": true,
          "cn_validations": ["email", "hostname"],
          "code_signing_flag": false,
          "country": [],
          "email_protection_flag": false,
          "enforce_hostnames": true,
          "ext_key_usage": [],
          "ext_key_usage_oids": [],
          "generate_lease": false,
          "issuer_ref": "default",
          "key_bits": 2048,
          "key_type": "rsa",
          "key_usage": ["DigitalSignature", "KeyAgreement", "KeyEncipherment"],
          "locality": [],
          "max_ttl": 0,
          "no_store": false,
          "not_after": "",
          "not_after_bound": "permit",
          "not_before": "",
          "not_before_bound": "permit",
          "not_before_duration": 30,
          "organization": [],
          "ou": [],
          "policy_identifiers": [],
          "postal_code": [],
          "province": [],
          "require_cn": true,
          "server_flag": true,
          "signature_bits": 0,
          "street_address": [],
          "ttl": 0,
          "use_csr_common_name": true,
          "use_csr_sans": true,
          "use_pss": false
        }
        """;

    private static readonly string[] OnlyOpenBao =
    [
        "allow_globs_in_identity_templates", "allow_wildcard_certificates", "allowed_ip_sans_cidr", "allowed_uri_sans_template", "allowed_user_ids", "cn_validations", "issuer_ref", "not_after", "not_after_bound", "not_before", "not_before_bound", "signature_bits", "use_pss",
    ];

    private static readonly string[] Durations = ["ttl", "max_ttl", "not_before_duration"];
    private readonly JsonObject _fields;

    public FakePkiRole(FakeVaultDialect dialect, JsonObject written)
    {
        _fields = (JsonObject)JsonNode.Parse(Defaults)!;
        foreach (var (name, value) in written)
        {
            _fields[name] = Durations.Contains(name) ? (long)FakeDuration.Read(value)!.Value.TotalSeconds : value?.DeepClone();
        }

        foreach (var name in dialect == FakeVaultDialect.Vault18 ? OnlyOpenBao : [])
        {
            _fields.Remove(name);
        }
    }

    public JsonObject Data => (JsonObject)_fields.DeepClone();

    public TimeSpan Ttl => _fields["ttl"]!.GetValue<long>() is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromDays(32);

    public TimeSpan? MaxTtl => _fields["max_ttl"]!.GetValue<long>() is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    public TimeSpan Backdated => TimeSpan.FromSeconds(_fields["not_before_duration"]!.GetValue<long>());

    public string KeyType => _fields["key_type"]!.ToString();

    public int KeyBits => _fields["key_bits"]!.GetValue<int>();

    public bool Is(string field) => _fields[field]!.GetValue<bool>();

    public bool AllowsName(string name) => Is("allow_any_name")
        || (Is("allow_localhost") && name == "localhost")
        || Strings("allowed_domains").Any(domain =>
            (Is("allow_bare_domains") && name == domain) || (Is("allow_subdomains") && name.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase)));

    public bool AllowsUri(string uri) => Strings("allowed_uri_sans").Any(rule => rule.EndsWith('*') ? uri.StartsWith(rule[..^1], StringComparison.Ordinal) : uri == rule);

    private IEnumerable<string> Strings(string field) => _fields[field] switch
    {
        JsonArray list => list.Select(static one => one!.ToString()),
        { } text => text.ToString().Split(','),
        _ => [],
    };
}
