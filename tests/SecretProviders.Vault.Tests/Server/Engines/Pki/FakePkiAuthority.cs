using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Vault.Tests.Server.Engines.Pki;

/// <summary>An authority of the fake's PKI engine: its key, its certificate and those above it.</summary>
internal sealed class FakePkiAuthority
{
    private readonly ECDsa _key;
    private X509Certificate2[] _parents = [];

    private FakePkiAuthority(string name, ECDsa key)
    {
        _key = key;
        Name = new X500DistinguishedName($"CN={name}");
    }

    public X500DistinguishedName Name { get; }

    public X509Certificate2 Certificate { get; private set; } = null!;

    public string Id { get; } = Guid.NewGuid().ToString();

    public string KeyId { get; } = Guid.NewGuid().ToString();

    public bool IsRoot => Certificate.IssuerName.RawData.AsSpan().SequenceEqual(Certificate.SubjectName.RawData);

    /// <summary>Gets this authority and those above it, as PEM, the root last.</summary>
    public string[] Chain => [Certificate.ExportCertificatePem(), .. _parents.Select(static parent => parent.ExportCertificatePem())];

    public string Serial => Format(Certificate.SerialNumberBytes.Span);

    public static FakePkiAuthority Create(string name) => new(name, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static string Format(ReadOnlySpan<byte> serial) => Convert.ToHexStringLower(serial).Chunk(2).Aggregate(string.Empty, static (text, pair) => $"{text}{(text.Length > 0 ? ":" : string.Empty)}{new string(pair)}");

    public static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(20);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x01);
        return serial;
    }

    public FakePkiAuthority SelfSign(DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        Certificate = Sign(Request(), notBefore, notAfter, NewSerial());
        return this;
    }

    public string CreateRequest() => Request().CreateSigningRequestPem();

    /// <summary>Takes the certificate that another authority signed for this one's key, and those above it.</summary>
    public void Adopt(string bundle)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(bundle);
        Certificate = certificates[0];
        _parents = [.. certificates.Skip(1).DistinctBy(static certificate => certificate.Thumbprint)];
    }

    public X509Certificate2 Sign(CertificateRequest request, DateTimeOffset notBefore, DateTimeOffset notAfter, byte[] serial) =>
        request.Create(Name, X509SignatureGenerator.CreateForECDsa(_key), notBefore, notAfter, serial);

    public byte[] List(IEnumerable<KeyValuePair<string, DateTimeOffset>> revoked, long number, DateTimeOffset now)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var (serial, at) in revoked)
        {
            builder.AddEntry(Convert.FromHexString(serial.Replace(":", string.Empty, StringComparison.Ordinal)), at);
        }

        var identifier = X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(new X509SubjectKeyIdentifierExtension(Request().PublicKey, critical: false));
        return builder.Build(Name, X509SignatureGenerator.CreateForECDsa(_key), number, now + TimeSpan.FromDays(3), HashAlgorithmName.SHA256, identifier, now);
    }

    private CertificateRequest Request()
    {
        var request = new CertificateRequest(Name, _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }
}
