using System.Security.Cryptography.X509Certificates;
using static SecretProviders.Xds.Tests.Identities.SvidCertificate;

namespace SecretProviders.Xds.Tests.Identities;

/// <summary>Certificates that keep the rules of an SVID, or break one of them.</summary>
internal static class SvidCases
{
    public static readonly Dictionary<string, SvidCertificate> Leaves = new(StringComparer.Ordinal)
    {
        ["as issued"] = new(),
        ["with other names"] = new() { Uris = [Id] },
        ["no basic constraints"] = new() { IsAuthority = null },
        ["no purposes"] = new() { Purposes = null },
        ["more purposes"] = new() { Purposes = [ServerAuthentication, ClientAuthentication, "1.3.6.1.5.5.7.3.4"] },
        ["key encipherment"] = new() { Usage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyAgreement },
        ["two URIs"] = new() { Uris = [Id, "https://example.org/"] },
        ["two SPIFFE IDs"] = new() { Uris = [Id, "spiffe://example.org/db"] },
        ["no URI"] = new() { Uris = [] },
        ["broken names"] = new() { RawNames = [0x30, 0x05, 0x86, 0x7F, 1, 2, 3] },
        ["other scheme"] = new() { Uris = ["https://example.org/web"] },
        ["no path"] = new() { Uris = ["spiffe://example.org"] },
        ["bad path"] = new() { Uris = ["spiffe://example.org/we%20b"] },
        ["authority"] = new() { IsAuthority = true },
        ["no key usage"] = new() { Usage = null },
        ["uncritical key usage"] = new() { UsageIsCritical = false },
        ["no digital signature"] = new() { Usage = X509KeyUsageFlags.KeyEncipherment },
        ["signs certificates"] = new() { Usage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign },
        ["signs lists"] = new() { Usage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.CrlSign },
        ["server only"] = new() { Purposes = [ServerAuthentication] },
        ["client only"] = new() { Purposes = [ClientAuthentication] },
    };

    public static readonly Dictionary<string, SvidCertificate> Signers = new(StringComparer.Ordinal)
    {
        ["as issued"] = Signer,
        ["no SPIFFE ID"] = Signer with { Uris = [] },
        ["closing slash"] = Signer with { Uris = ["spiffe://example.org/"] },
        ["URI of another scheme"] = Signer with { Uris = ["https://example.org/ca"] },
        ["no key usage"] = Signer with { Usage = null },
        ["certificates only"] = Signer with { Usage = X509KeyUsageFlags.KeyCertSign },
        ["leaf"] = new(),
        ["no basic constraints"] = Signer with { IsAuthority = null },
        ["no certificate signing"] = Signer with { Usage = X509KeyUsageFlags.CrlSign },
        ["path"] = Signer with { Uris = ["spiffe://example.org/ca"] },
        ["bad ID"] = Signer with { Uris = ["spiffe://example.org/c%61"] },
        ["two SPIFFE IDs"] = Signer with { Uris = ["spiffe://example.org", "spiffe://example.net"] },
    };
}
