using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.DevelopmentCa;

/// <summary>A certificate authority in memory: its key is made with it, never leaves it and is gone with it. Not safe for use by several threads.</summary>
internal sealed class DevelopmentAuthority : IDisposable
{
    private const int SerialNumberLength = 16;

    // X.509's upper bound of a common name (RFC 5280, appendix A): longer names are in the alternative name only.
    private const int LongestCommonName = 64;

    // Clocks of peers differ, and certificates are dated by the second.
    private static readonly TimeSpan Backdated = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan OwnLifetime = TimeSpan.FromDays(3650);
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509SignatureGenerator _signer;
    private readonly X509SubjectKeyIdentifierExtension _keyIdentifier;
    private readonly X500DistinguishedName _subject;

    public DevelopmentAuthority(DateTimeOffset now)
    {
        _signer = X509SignatureGenerator.CreateForECDsa(_key);

        // Each has a name of its own: a peer may hold the certificates of several.
        var id = RandomNumberGenerator.GetHexString(8, lowercase: true);
        _subject = Name(string.Create(CultureInfo.InvariantCulture, $"SecretProviders development CA {id}"));
        var request = new CertificateRequest(_subject, _key, HashAlgorithmName.SHA256);
        _keyIdentifier = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(_keyIdentifier);
        Certificate = Sign(request, now - (2 * Backdated), now + OwnLifetime);
        Trust = new ValidationContext { TrustAnchors = [Certificate] };
    }

    public EncodedCertificate Certificate { get; }

    public ValidationContext Trust { get; }

    /// <summary>Issues a certificate for servers and clients, with a new key.</summary>
    /// <param name="name">The name, for the subject.</param>
    /// <param name="subjectAltName">The name, for those who verify it.</param>
    /// <param name="now">The present instant.</param>
    /// <param name="lifetime">How long it is valid.</param>
    public TlsCertificate Issue(string name, X509Extension subjectAltName, DateTimeOffset now, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Name(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([ServerAuthentication, ClientAuthentication], critical: false));
        request.CertificateExtensions.Add(subjectAltName);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(_keyIdentifier));
        var end = now + lifetime;
        return new TlsCertificate([Sign(request, now - Backdated, end < Certificate.NotAfter ? end : Certificate.NotAfter)], Export(key));
    }

    public void Dispose() => _key.Dispose();

    private static X500DistinguishedName Name(string commonName)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddOrganizationName("SecretProviders development");
        if (commonName.Length <= LongestCommonName)
        {
            name.AddCommonName(commonName);
        }

        return name.Build();
    }

    private static PrivateKeyBytes Export(ECDsa key)
    {
        var pkcs8 = key.ExportPkcs8PrivateKey();
        try
        {
            return new PrivateKeyBytes(SensitiveBytes.Copy(pkcs8));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private EncodedCertificate Sign(CertificateRequest request, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var serialNumber = RandomNumberGenerator.GetBytes(SerialNumberLength);

        // A serial number is positive and without leading zeros (RFC 5280, section 4.1.2.2).
        serialNumber[0] = (byte)((serialNumber[0] & 0x7F) | 0x40);
        using var certificate = request.Create(_subject, _signer, notBefore, notAfter, serialNumber);
        return new EncodedCertificate(certificate.RawData);
    }
}
