using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Verification;

/// <summary>The subject alternative names of a certificate that identify somebody (RFC 5280, section 4.2.1.6).</summary>
internal sealed class CertificateNames
{
    private const string SubjectAltName = "2.5.29.17";

    // GeneralName: the implicit tags of rfc822Name, dNSName, uniformResourceIdentifier and iPAddress.
    private static readonly ImmutableDictionary<int, SubjectAltNameType> Tags = ImmutableDictionary.CreateRange<int, SubjectAltNameType>(
        [new(1, SubjectAltNameType.Email), new(2, SubjectAltNameType.Dns), new(6, SubjectAltNameType.Uri), new(7, SubjectAltNameType.IpAddress)]);

    private readonly ImmutableArray<(SubjectAltNameType Type, string Name)> _names;

    private CertificateNames(ImmutableArray<(SubjectAltNameType Type, string Name)> names) => _names = names;

    /// <summary>Gets the URIs, in order.</summary>
    public ImmutableArray<string> Uris => [.. Of(SubjectAltNameType.Uri)];

    /// <summary>Gets the DNS names, in order.</summary>
    public ImmutableArray<string> DnsNames => [.. Of(SubjectAltNameType.Dns)];

    /// <summary>Reads the names of a certificate; none when it has no such extension, or a broken one.</summary>
    public static CertificateNames Of(X509Certificate2 certificate)
    {
        try
        {
            return new(certificate.Extensions[SubjectAltName] is { } extension ? Read(extension.RawData) : []);
        }
        catch (AsnContentException)
        {
            return new([]);
        }
    }

    /// <summary>Gets the names of one sort, in order, addresses as text.</summary>
    public IEnumerable<string> Of(SubjectAltNameType type) => _names.Where(name => name.Type == type).Select(static name => name.Name);

    private static ImmutableArray<(SubjectAltNameType Type, string Name)> Read(byte[] extension)
    {
        var reader = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        var names = ImmutableArray.CreateBuilder<(SubjectAltNameType Type, string Name)>();
        while (reader.HasData)
        {
            var tag = reader.PeekTag();
            if (tag.TagClass == TagClass.ContextSpecific && Tags.TryGetValue(tag.TagValue, out var type))
            {
                names.Add((type, type == SubjectAltNameType.IpAddress ? ReadAddress(reader, tag) : reader.ReadCharacterString(UniversalTagNumber.IA5String, tag)));
            }
            else
            {
                reader.ReadEncodedValue();
            }
        }

        return names.ToImmutable();
    }

    private static string ReadAddress(AsnReader reader, Asn1Tag tag) =>
        reader.ReadOctetString(tag) is { Length: 4 or 16 } address ? new IPAddress(address).ToString() : throw new AsnContentException("An address has 4 or 16 bytes.");
}
