using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.AspNetCore.Sds;

/// <summary>Finds the identity in a client certificate that TLS has already verified.</summary>
internal static class CertificateIdentity
{
    private const string SubjectAltName = "2.5.29.17";
    private const string SpiffeScheme = "spiffe://";

    // GeneralName (RFC 5280, section 4.2.1.6): implicit tags 2 (dNSName) and 6 (uniformResourceIdentifier).
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    /// <summary>Gets the SPIFFE ID (there must be exactly one URI, X509-SVID section 2), else the first DNS name, else null.</summary>
    public static string? Of(X509Certificate2 certificate)
    {
        var (uris, dnsNames) = NamesOf(certificate);
        return SpiffeId(uris) ?? dnsNames.FirstOrDefault();
    }

    /// <summary>Gets the trust domain of the SPIFFE ID, or null when the certificate has none.</summary>
    public static string? TrustDomainOf(X509Certificate2 certificate) => SpiffeId(NamesOf(certificate).Uris)?[SpiffeScheme.Length..].Split('/', 2)[0];

    private static string? SpiffeId(List<string> uris) => uris is [{ } uri] && uri.StartsWith(SpiffeScheme, StringComparison.Ordinal) ? uri : null;

    private static (List<string> Uris, List<string> DnsNames) NamesOf(X509Certificate2 certificate)
    {
        if (certificate.Extensions[SubjectAltName] is not { } extension)
        {
            return ([], []);
        }

        try
        {
            return Read(extension.RawData);
        }
        catch (AsnContentException)
        {
            return ([], []);
        }
    }

    private static (List<string> Uris, List<string> DnsNames) Read(byte[] extension)
    {
        var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        List<string> uris = [];
        List<string> dnsNames = [];
        while (names.HasData)
        {
            var tag = names.PeekTag();
            if (tag.HasSameClassAndValue(Uri))
            {
                uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, Uri));
            }
            else if (tag.HasSameClassAndValue(DnsName))
            {
                dnsNames.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, DnsName));
            }
            else
            {
                names.ReadEncodedValue();
            }
        }

        return (uris, dnsNames);
    }
}
