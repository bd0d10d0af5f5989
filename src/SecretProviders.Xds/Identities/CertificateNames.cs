using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Xds.Identities;

/// <summary>The subject alternative names of a certificate that identify somebody (RFC 5280, section 4.2.1.6).</summary>
/// <param name="Uris">The URIs, in order.</param>
/// <param name="DnsNames">The DNS names, in order.</param>
internal sealed record CertificateNames(ImmutableArray<string> Uris, ImmutableArray<string> DnsNames)
{
    private const string SubjectAltName = "2.5.29.17";
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);
    private static readonly CertificateNames None = new([], []);

    /// <summary>Reads the names of a certificate; none when it has no such extension, or a broken one.</summary>
    public static CertificateNames Of(X509Certificate2 certificate)
    {
        try
        {
            return certificate.Extensions[SubjectAltName] is { } extension ? Read(extension.RawData) : None;
        }
        catch (AsnContentException)
        {
            return None;
        }
    }

    private static CertificateNames Read(byte[] extension)
    {
        var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        var uris = ImmutableArray.CreateBuilder<string>();
        var dnsNames = ImmutableArray.CreateBuilder<string>();
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

        return new CertificateNames(uris.ToImmutable(), dnsNames.ToImmutable());
    }
}
