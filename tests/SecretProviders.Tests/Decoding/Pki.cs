using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Tests.Decoding;

/// <summary>A root, an intermediate, and leaves of several key algorithms, made once for all tests of the decoder.</summary>
internal sealed class Pki
{
    public static readonly Pki One = new();

    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _intermediate;
    private int _serial;

    public Pki()
    {
        _root = CreateAuthority("CN=Test Root", issuer: null);
        _intermediate = CreateAuthority("CN=Test Intermediate", _root);
        OtherRoot = CreateAuthority("CN=Other Root", issuer: null).ExportCertificatePem();
        Leaf = Issue("CN=leaf", EllipticKey);
        RsaLeaf = Issue("CN=rsa-leaf", RsaKey);
        OtherLeaf = Issue("CN=other-leaf", OtherKey);
    }

    public ECDsa EllipticKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ECDsa OtherKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP384);

    public RSA RsaKey { get; } = RSA.Create(2048);

    public X509Certificate2 Leaf { get; }

    public X509Certificate2 RsaLeaf { get; }

    public X509Certificate2 OtherLeaf { get; }

    public string LeafPem => Leaf.ExportCertificatePem() + "\n";

    public string IntermediatePem => _intermediate.ExportCertificatePem() + "\n";

    public string RootPem => _root.ExportCertificatePem() + "\n";

    public string OtherRoot { get; }

    public string ChainPem => LeafPem + IntermediatePem;

    public string KeyPem => EllipticKey.ExportPkcs8PrivateKeyPem() + "\n";

    public byte[] RootDer => _root.RawData;

    public byte[] IntermediateDer => _intermediate.RawData;

    public byte[] RevocationList() => new CertificateRevocationListBuilder().Build(
        _root, BigInteger.One, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256, rsaSignaturePadding: null, thisUpdate: DateTimeOffset.UtcNow.AddDays(-1));

    public X509Certificate2 Issue(string subject, AsymmetricAlgorithm key)
    {
        var request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        return Sign(request, _intermediate);
    }

    public X509Certificate2 IssueEd25519(string subject, byte[] publicKey)
    {
        var oid = new Oid("1.3.101.112");
        var key = new PublicKey(oid, parameters: null, new AsnEncodedData(oid, publicKey));
        return Sign(new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256), _intermediate);
    }

    private X509Certificate2 CreateAuthority(string subject, X509Certificate2? issuer)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return issuer is null
            ? request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(30))
            : Sign(request, issuer).CopyWithPrivateKey(key);
    }

    private X509Certificate2 Sign(CertificateRequest request, X509Certificate2 issuer)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request.Create(
            issuer.SubjectName,
            X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!),
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(20),
            [1, 2, 3, checked((byte)++_serial)]);
    }
}
