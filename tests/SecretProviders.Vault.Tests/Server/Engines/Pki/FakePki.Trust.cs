using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.Server.Engines.Pki;

/// <content>What everybody may read: authorities, certificates, revocation lists.</content>
internal sealed partial class FakePki
{
    /// <summary>Replaces the authority by another root of the same name, as its operator.</summary>
    public void ReplaceAuthority(string name)
    {
        var now = clock.GetUtcNow();
        _authorities.Clear();
        _authorities.Add(FakePkiAuthority.Create(name).SelfSign(now - TimeSpan.FromSeconds(30), now + TimeSpan.FromDays(365)));
        _revoked.Clear();
    }

    private FakeVaultAnswer ReadTrust(FakeVaultRequest request, string path) => (path.Split('/'), request.IsList) switch
    {
        (["certs"], true) => FakeVaultAnswer.Ok(new JsonObject { ["keys"] = Keys(_certificates.Keys) }),
        (["certs", "revoked"], true) => FakeVaultAnswer.Ok(new JsonObject { ["keys"] = Keys(_revoked.Keys) }),
        (["issuers"], true) => ListIssuers(),
        (["keys"], true) => ListKeys(),
        (["ca"], false) => Raw(Default?.Certificate.RawData, "application/pkix-cert"),
        (["ca", "pem"], false) => Raw(Default?.Certificate.ExportCertificatePem(), PemType("application/pkix-cert", "application/pem-certificate-chain")),
        (["ca_chain"], false) => Raw(Default is null ? null : string.Join('\n', Default.Chain), "application/pkix-cert"),
        (["crl"], false) => Raw(List(), "application/pkix-crl"),
        (["crl", "pem"] or ["crl", "delta", "pem"], false) => Raw(ListPem(), PemType("application/pkix-crl", "application/x-pem-file")),
        (["crl", "rotate"], false) => FakeVaultAnswer.Ok(new JsonObject { ["success"] = true }),
        (["cert", "ca"], false) => Certificate(Default?.Certificate.ExportCertificatePem()),
        (["cert", "ca_chain"], false) => CertificateChain(),
        (["cert", "crl"], false) => Certificate(ListPem()),
        (["cert", var serial], false) => CertificateOf(serial.Replace('-', ':')),
        (["issuer", "default"], false) when dialect == FakeVaultDialect.OpenBao26 && Default is not null => Issuer(Default, whole: true),
        (["issuer", "default", "json"], false) when dialect == FakeVaultDialect.OpenBao26 && Default is not null => Issuer(Default, whole: false),
        (["issuer", "default", "pem"], false) when dialect == FakeVaultDialect.OpenBao26 => Raw(Default?.Certificate.ExportCertificatePem() + "\n", "application/pem-certificate-chain"),
        _ => FakeVaultAnswer.Unsupported(),
    };

    private byte[]? List() => Default?.List(_revoked, ++_lists, clock.GetUtcNow());

    private string? ListPem() => List() is { } der ? PemEncoding.WriteString("X509 CRL", der) : null;

    private FakeVaultAnswer Certificate(string? pem)
    {
        if (pem is null)
        {
            return FakeVaultAnswer.NotFound();
        }

        var data = new JsonObject { ["certificate"] = pem, ["revocation_time"] = 0 };
        if (dialect == FakeVaultDialect.OpenBao26)
        {
            data["revocation_time_rfc3339"] = string.Empty;
        }

        return FakeVaultAnswer.Ok(data);
    }

    private FakeVaultAnswer CertificateChain()
    {
        // The older server leaves a root out of its chain, here as in what it issues.
        var isEmpty = dialect == FakeVaultDialect.Vault18 && Default is { IsRoot: true };
        var answer = Certificate(isEmpty ? string.Empty : Default is null ? null : string.Join('\n', Default.Chain));
        if (dialect == FakeVaultDialect.OpenBao26 && answer.Body!["data"] is JsonObject data)
        {
            data["ca_chain"] = data["certificate"]!.ToString();
        }

        return answer;
    }

    private FakeVaultAnswer CertificateOf(string serial)
    {
        var answer = Certificate(_certificates.GetValueOrDefault(serial));
        if (_revoked.TryGetValue(serial, out var at) && answer.Body!["data"] is JsonObject data)
        {
            data["revocation_time"] = FakeDuration.Unix(at);
            if (dialect == FakeVaultDialect.OpenBao26)
            {
                data["issuer_id"] = Default!.Id;
                data["revocation_time_rfc3339"] = FakeDuration.Time(at);
            }
        }

        return answer;
    }

    private static FakeVaultAnswer Issuer(FakePkiAuthority authority, bool whole)
    {
        var data = new JsonObject
        {
            ["ca_chain"] = Texts(authority.Chain),
            ["certificate"] = authority.Certificate.ExportCertificatePem(),
            ["issuer_id"] = authority.Id,
            ["issuer_name"] = string.Empty,
        };
        if (whole)
        {
            data["crl_distribution_points"] = new JsonArray();
            data["delta_crl_distribution_points"] = new JsonArray();
            data["issuing_certificates"] = new JsonArray();
            data["key_id"] = authority.KeyId;
            data["leaf_not_after_behavior"] = "err";
            data["manual_chain"] = null;
            data["ocsp_servers"] = new JsonArray();
            data["revocation_signature_algorithm"] = "ECDSAWithSHA256";
            data["revoked"] = false;
            data["usage"] = "crl-signing,issuing-certificates,ocsp-signing,read-only";
        }

        return FakeVaultAnswer.Ok(data);
    }

    private FakeVaultAnswer ListIssuers() => dialect == FakeVaultDialect.Vault18 ? FakeVaultAnswer.Unsupported() : FakeVaultAnswer.Ok(new JsonObject
    {
        ["key_info"] = new JsonObject(_authorities.Select(authority => KeyValuePair.Create<string, JsonNode?>(authority.Id, new JsonObject
        {
            ["is_default"] = authority == Default,
            ["issuer_name"] = string.Empty,
            ["key_id"] = authority.KeyId,
            ["serial_number"] = authority.Serial,
        }))),
        ["keys"] = Texts(_authorities.Select(static authority => authority.Id)),
    });

    private FakeVaultAnswer ListKeys() => dialect == FakeVaultDialect.Vault18 ? FakeVaultAnswer.Unsupported() : FakeVaultAnswer.Ok(new JsonObject
    {
        ["key_info"] = new JsonObject(_authorities.Select(authority => KeyValuePair.Create<string, JsonNode?>(
            authority.KeyId, new JsonObject { ["is_default"] = authority == Default, ["key_name"] = string.Empty }))),
        ["keys"] = Texts(_authorities.Select(static authority => authority.KeyId)),
    });

    // Vault writes them with dashes here, and OpenBao with colons as everywhere.
    private JsonArray Keys(IEnumerable<string> serials) => Texts(serials.Select(serial => dialect == FakeVaultDialect.Vault18 ? serial.Replace(':', '-') : serial));

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(static text => (JsonNode)text)]);

    private string PemType(string old, string now) => dialect == FakeVaultDialect.Vault18 ? old : now;

    private static FakeVaultAnswer Raw(string? text, string type) => Raw(text is null ? null : Encoding.ASCII.GetBytes(text), type);

    private static FakeVaultAnswer Raw(byte[]? bytes, string type) => new(bytes is null ? 204 : 200)
    {
        Headers = new Dictionary<string, string> { ["Content-Type"] = type },
        Raw = bytes,
    };
}
