using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Xds.Tests.Identities;

/// <summary>A self-signed certificate with exactly the extensions that a rule is about; by default a sound SVID.</summary>
internal sealed record SvidCertificate
{
    public const string Id = "spiffe://example.org/web";
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    public string[] Uris { get; init; } = [Id];

    public bool? IsAuthority { get; init; } = false;

    public X509KeyUsageFlags? Usage { get; init; } = X509KeyUsageFlags.DigitalSignature;

    public bool UsageIsCritical { get; init; } = true;

    public string[]? Purposes { get; init; } = [ServerAuthentication, ClientAuthentication];

    public byte[]? RawNames { get; init; }

    public static SvidCertificate Signer { get; } = new()
    {
        Uris = ["spiffe://example.org"],
        IsAuthority = true,
        Usage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign,
        Purposes = null,
    };

    public string Subject { get; init; } = "CN=svid";

    /// <summary>Makes a workload's certificate under the name of somebody else.</summary>
    public static EncodedCertificate Impostor(string subject)
    {
        using var certificate = new SvidCertificate { Subject = subject }.Make();
        return new EncodedCertificate(certificate.RawData);
    }

    public X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256);
        if (IsAuthority is { } isAuthority)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        }

        if (Usage is { } usage)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, UsageIsCritical));
        }

        if (Purposes is { } purposes)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. purposes.Select(static oid => new Oid(oid))], critical: false));
        }

        if (RawNames is not null)
        {
            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", RawNames, critical: false));
        }
        else if (Uris.Length > 0)
        {
            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", Names(), critical: false));
        }

        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddMinutes(-1), now.AddHours(1));
    }

    // The BCL's builder takes URIs and writes them its own way.
    private byte[] Names()
    {
        var names = new AsnWriter(AsnEncodingRules.DER);
        using (names.PushSequence())
        {
            Array.ForEach(Uris, uri => names.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6)));
            names.WriteCharacterString(UniversalTagNumber.IA5String, "web.example.org", new Asn1Tag(TagClass.ContextSpecific, 2));
        }

        return names.Encode();
    }
}
