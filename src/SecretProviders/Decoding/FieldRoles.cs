using System.Collections.Immutable;

namespace SecretProviders.Decoding;

/// <summary>Which field plays which part, by the names that Kubernetes, Istio, certbot and the SPIFFE helper use.</summary>
internal sealed record FieldRoles
{
    // Within a role the first name that is there wins: certbot's fullchain.pem comes before its cert.pem.
    private static readonly ImmutableArray<string> CertificateNames = ["tls.crt", "cert", "fullchain.pem", "cert.pem", "svid.pem"];
    private static readonly ImmutableArray<string> KeyNames = ["tls.key", "key", "privkey.pem", "key.pem", "svid_key.pem"];
    private static readonly ImmutableArray<string> TrustNames = ["ca.crt", "cacert", "svid_bundle.pem", "bundle.pem", "ca.pem", "ca-bundle.crt", "root-cert.pem", "trust-bundle.pem"];
    private static readonly ImmutableArray<string> RevocationNames = ["ca.crl", "crl"];
    private const string StapleName = "tls.ocsp-staple";
    private const string CertbotLeafName = "cert.pem";
    private const string CertbotIssuersName = "chain.pem";

    private FieldRoles()
    {
    }

    /// <summary>Gets the fields of the chain and of the key, in the order in which they are read; none when no name says so.</summary>
    public ImmutableArray<string> Pair { get; private init; } = [];

    /// <summary>Gets a value indicating whether a field is named as a private key.</summary>
    public bool HasKey { get; private init; }

    /// <summary>Gets the field of the trust anchors, or null.</summary>
    public string? Trust { get; private init; }

    /// <summary>Gets the field of the revocation lists, or null.</summary>
    public string? Revocation { get; private init; }

    /// <summary>Gets the field of the OCSP response, or null.</summary>
    public string? Staple { get; private init; }

    /// <summary>Gets the fields whose names say nothing.</summary>
    public ImmutableArray<string> Unnamed { get; private init; } = [];

    /// <summary>Gets a value indicating whether the fields say that they are trust and nothing else.</summary>
    public bool IsTrustOnly => Pair.IsEmpty && Trust is not null;

    public static FieldRoles Of(SecretFields fields)
    {
        var certificate = CertificateNames.FirstOrDefault(name => fields.Find(name) is not null);
        var issuers = certificate == CertbotLeafName ? FindFilled(fields, [CertbotIssuersName]) : null;
        var key = KeyNames.FirstOrDefault(name => fields.Find(name) is not null);
        return new FieldRoles
        {
            Pair = [.. new[] { certificate, issuers, key }.OfType<string>()],
            HasKey = key is not null,
            Trust = FindFilled(fields, TrustNames),
            Revocation = FindFilled(fields, RevocationNames),
            Staple = FindFilled(fields, [StapleName]),
            Unnamed = [.. fields.Fields.Select(static field => field.Key).Where(static name => !IsKnown(name))],
        };
    }

    // cert-manager writes an empty ca.crt where the issuer has none to give: an empty optional field is no field.
    private static string? FindFilled(SecretFields fields, ImmutableArray<string> names) =>
        names.FirstOrDefault(name => fields.Find(name) is { Length: > 0 });

    private static bool IsKnown(string name) =>
        CertificateNames.Contains(name) || KeyNames.Contains(name) || TrustNames.Contains(name) || RevocationNames.Contains(name)
        || name is StapleName or CertbotIssuersName;
}
