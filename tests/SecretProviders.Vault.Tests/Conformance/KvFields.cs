using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.Conformance;

/// <summary>Secrets as people write them into KV.</summary>
internal static class KvFields
{
    public static JsonObject Of(Secret secret) => secret switch
    {
        TlsCertificate certificate => new JsonObject
        {
            ["tls.crt"] = Pem(certificate.Chain),
            ["tls.key"] = PemEncoding.WriteString("PRIVATE KEY", ((PrivateKeyBytes)certificate.PrivateKey).Pkcs8.GetSpan()),
        },
        ValidationContext trust => new JsonObject { ["ca.crt"] = Pem(trust.TrustAnchors) },
        SessionTicketKeys keys => new JsonObject(keys.Keys.Select(static (key, index) =>
            KeyValuePair.Create<string, JsonNode?>($"{index:00}", Convert.ToBase64String(key.GetSpan())))),
        GenericSecret { Value: { } value } => new JsonObject { ["value"] = Convert.ToBase64String(value.GetSpan()) },
        GenericSecret generic => new JsonObject(generic.Fields.Select(static field =>
            KeyValuePair.Create<string, JsonNode?>(field.Key, Encoding.UTF8.GetString(field.Value.GetSpan())))),
        _ => throw new ArgumentOutOfRangeException(nameof(secret)),
    };

    /// <summary>The path of a reference as a URL has it.</summary>
    public static string PathOf(SecretReference reference) => string.Join('/', reference.Key.Split('/').Select(Uri.EscapeDataString));

    private static string Pem(IEnumerable<EncodedCertificate> certificates) => string.Concat(certificates.Select(static certificate => certificate.ToPem()));
}
