using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server.Auth;
using SecretProviders.Vault.Tests.Server.Engines.Leases;

namespace SecretProviders.Vault.Tests.Server.Engines.Pki;

/// <summary>The PKI engine: authorities, roles, certificates and what is revoked.</summary>
internal sealed partial class FakePki(FakeVaultDialect dialect, FakeLeases leases, TimeProvider clock) : IFakeBackend
{
    private const string NoUrls =
        "This mount hasn't configured any authority information access (AIA) fields; this may make it harder for systems to find missing certificates in the chain or to validate revocation status of certificates. Consider updating /config/urls or the newly generated issuer with this information.";

    private const string LeasesDiscouraged =
        "it is encouraged to disable generate_lease and rely on PKI's native capabilities when possible; this option can cause instance-wide issues with large numbers of issued certificates";

    private readonly SortedDictionary<string, FakePkiRole> _roles = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _certificates = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, DateTimeOffset> _revoked = new(StringComparer.Ordinal);
    private readonly List<FakePkiAuthority> _authorities = [];
    private FakePkiAuthority? _pending;
    private bool _hasUrls;
    private long _lists;

    /// <summary>Gets the serial numbers of what was issued or signed, in order.</summary>
    public List<string> Issued { get; } = [];

    /// <summary>Gets the serial numbers that are revoked.</summary>
    public IReadOnlyCollection<string> Revoked => [.. _revoked.Keys];

    private FakePkiAuthority? Default => _authorities.FirstOrDefault();

    /// <summary>Says whether a path is answered without a token.</summary>
    public static bool IsPublic(FakeVaultRequest request, string path) => (path.Split('/'), request.IsList) switch
    {
        (["issuers"], true) => true,
        (["ca" or "ca_chain" or "crl"] or ["ca" or "crl", "pem"] or ["crl", "delta", "pem"], false) => true,
        (["cert", _] or ["issuer", _, "json" or "pem"], false) => request.Method == "GET",
        _ => false,
    };

    public FakeVaultAnswer Handle(FakeVaultRequest request, string path, FakeToken? token) => (path.Split('/'), request) switch
    {
        (["roles"], { IsList: true }) => FakeKv2.List(_roles.Keys, string.Empty),
        (["roles", var name], { IsWrite: true }) => WriteRole(name, request.Json()!),
        (["roles", var name], _) => _roles.TryGetValue(name, out var role) ? FakeVaultAnswer.Ok(role.Data) : FakeVaultAnswer.NotFound(),
        (["issue", var role], { IsWrite: true }) => Issue(request, role, token!, sign: false),
        (["sign" or "sign-verbatim", var role], { IsWrite: true }) => Issue(request, role, token!, sign: true),
        (["issuer", _, "issue", var role], { IsWrite: true }) => Issue(request, role, token!, sign: false),
        (["issuer", _, "sign", var role], { IsWrite: true }) => Issue(request, role, token!, sign: true),
        (["root", "generate" or "rotate", "internal"], { IsWrite: true }) => GenerateRoot(path, request.Json()!),
        (["root", "sign-intermediate"], { IsWrite: true }) => SignIntermediate(request.Json()!),
        (["intermediate", "generate", "internal"], { IsWrite: true }) => GenerateIntermediate(request.Json()!),
        (["intermediate", "set-signed"], { IsWrite: true }) => SetSigned(request.Json()!),
        (["config", "urls" or "crl"], { IsWrite: true }) => Configure(path, request.Json()!),
        (["config", "issuers"], { IsWrite: false }) => FakeVaultAnswer.Ok(new JsonObject { ["default"] = Default!.Id, ["default_follows_latest_issuer"] = false }),
        (["revoke"], { IsWrite: true }) => Revoke(request.Text("serial_number") ?? string.Empty),
        (["revoke-with-key"], { IsWrite: true }) => Revoke(request.Text("serial_number") ?? string.Empty),
        (["tidy"], { IsWrite: true }) => Tidy(),
        _ => ReadTrust(request, path),
    };

    private FakeVaultAnswer WriteRole(string name, JsonObject body)
    {
        var role = _roles[name] = new FakePkiRole(dialect, body);
        return dialect == FakeVaultDialect.Vault18
            ? FakeVaultAnswer.NoContent()
            : FakeVaultAnswer.Ok(role.Data, warnings: role.Is("generate_lease") ? [LeasesDiscouraged] : null);
    }

    private FakeVaultAnswer GenerateRoot(string path, JsonObject body)
    {
        if (dialect == FakeVaultDialect.Vault18 && _authorities.Count > 0)
        {
            return FakeVaultAnswer.Ok(null, warnings:
            [
                "Refusing to generate a root certificate over an existing root certificate. If you really want to destroy the original root certificate, please issue a delete against pki/root.",
            ]);
        }

        var now = clock.GetUtcNow();
        var authority = FakePkiAuthority.Create(body["common_name"]!.ToString())
            .SelfSign(now - TimeSpan.FromSeconds(30), now + (FakeDuration.Read(body["ttl"]) ?? TimeSpan.FromDays(365)));
        _authorities.Add(authority);
        var data = new JsonObject
        {
            ["certificate"] = authority.Certificate.ExportCertificatePem(),
            ["expiration"] = FakeDuration.Unix(authority.Certificate.NotAfter),
            ["issuing_ca"] = authority.Certificate.ExportCertificatePem(),
            ["serial_number"] = authority.Serial,
        };
        if (dialect == FakeVaultDialect.OpenBao26)
        {
            data["issuer_id"] = authority.Id;
            data["issuer_name"] = path.Contains("rotate", StringComparison.Ordinal) ? "next" : string.Empty;
            data["key_id"] = authority.KeyId;
            data["key_name"] = string.Empty;
        }

        return FakeVaultAnswer.Ok(data, warnings: WarnOfUrls());
    }

    private FakeVaultAnswer GenerateIntermediate(JsonObject body)
    {
        _pending = FakePkiAuthority.Create(body["common_name"]!.ToString());
        var data = new JsonObject { ["csr"] = _pending.CreateRequest() };
        if (dialect == FakeVaultDialect.OpenBao26)
        {
            data["key_id"] = _pending.KeyId;
        }

        var warnings = WarnOfUrls();
        return FakeVaultAnswer.Ok(data, warnings: warnings is null ? null
            : [warnings[0] + " Since this certificate is an intermediate, it might be useful to regenerate this certificate after fixing this problem for the root mount."]);
    }

    private FakeVaultAnswer SetSigned(JsonObject body)
    {
        _pending!.Adopt(body["certificate"]!.ToString());
        _authorities.Add(_pending);
        if (dialect == FakeVaultDialect.Vault18)
        {
            return FakeVaultAnswer.NoContent();
        }

        // The bundle brings the root along, as an issuer without a key.
        string[] ids = [Guid.NewGuid().ToString(), _pending.Id];
        return FakeVaultAnswer.Ok(
            new JsonObject
            {
                ["existing_issuers"] = new JsonArray(ids[0], ids[1]),
                ["existing_keys"] = null,
                ["imported_issuers"] = new JsonArray(ids[0], ids[1]),
                ["imported_keys"] = null,
                ["mapping"] = new JsonObject { [ids[0]] = string.Empty, [ids[1]] = _pending.KeyId },
            },
            warnings: WarnOfUrls());
    }

    private FakeVaultAnswer Configure(string path, JsonObject body)
    {
        _hasUrls |= path == "config/urls";
        if (dialect == FakeVaultDialect.Vault18)
        {
            return FakeVaultAnswer.NoContent();
        }

        var data = path == "config/urls"
            ? new JsonObject { ["crl_distribution_points"] = new JsonArray(), ["delta_crl_distribution_points"] = new JsonArray(), ["enable_templating"] = false, ["issuing_certificates"] = new JsonArray(), ["ocsp_servers"] = new JsonArray() }
            : new JsonObject
            {
                ["allow_expired_cert_revocation"] = false,
                ["auto_rebuild"] = false,
                ["auto_rebuild_grace_period"] = "12h",
                ["delta_rebuild_interval"] = "15m",
                ["disable"] = false,
                ["enable_delta"] = false,
                ["expiry"] = "72h",
                ["ocsp_disable"] = false,
                ["ocsp_expiry"] = "12h",
            };
        foreach (var (name, value) in body)
        {
            data[name] = value?.DeepClone();
        }

        return FakeVaultAnswer.Ok(data);
    }

    private FakeVaultAnswer Revoke(string serial)
    {
        var name = serial.Replace('-', ':');
        if (!_certificates.ContainsKey(name))
        {
            return FakeVaultAnswer.Error(400, $"certificate with serial {serial} not found{(dialect == FakeVaultDialect.OpenBao26 ? "." : string.Empty)}");
        }

        var at = _revoked.TryGetValue(name, out var earlier) ? earlier : _revoked[name] = clock.GetUtcNow();
        var data = new JsonObject { ["revocation_time"] = FakeDuration.Unix(at), ["revocation_time_rfc3339"] = FakeDuration.Time(at) };
        if (dialect == FakeVaultDialect.OpenBao26)
        {
            data["state"] = "revoked";
        }

        return FakeVaultAnswer.Ok(data);
    }

    private FakeVaultAnswer Tidy()
    {
        var logs = dialect == FakeVaultDialect.Vault18 ? "Vault" : "OpenBao";
        var answer = FakeVaultAnswer.Ok(null, warnings: [$"Tidy operation successfully started. Any information from the operation will be printed to {logs}'s server logs."], status: 202);
        answer.Body!["request_id"] = string.Empty;
        return answer;
    }

    private string[]? WarnOfUrls() => dialect == FakeVaultDialect.OpenBao26 && !_hasUrls ? [NoUrls] : null;
}
