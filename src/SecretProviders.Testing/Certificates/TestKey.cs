using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Testing;

/// <summary>A fresh key pair with what signing needs to know of it.</summary>
internal sealed class TestKey : IDisposable
{
    private readonly AsymmetricAlgorithm _key;

    private TestKey(AsymmetricAlgorithm key) => _key = key;

    public static TestKey Create(TestKeyAlgorithm algorithm) => new(algorithm switch
    {
        TestKeyAlgorithm.EcdsaP256 => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        TestKeyAlgorithm.EcdsaP384 => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        TestKeyAlgorithm.Rsa2048 => RSA.Create(2048),
        TestKeyAlgorithm.Rsa1024 => RSA.Create(1024),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Not a test key algorithm."),
    });

    public X509SignatureGenerator CreateSigner() => _key is ECDsa ecdsa
        ? X509SignatureGenerator.CreateForECDsa(ecdsa)
        : X509SignatureGenerator.CreateForRSA((RSA)_key, RSASignaturePadding.Pkcs1);

    public CertificateRequest CreateRequest(X500DistinguishedName subject) => _key is ECDsa ecdsa
        ? new CertificateRequest(subject, ecdsa, HashAlgorithmName.SHA256)
        : new CertificateRequest(subject, (RSA)_key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public PrivateKeyBytes Export()
    {
        var pkcs8 = _key.ExportPkcs8PrivateKey();
        try
        {
            return new PrivateKeyBytes(SensitiveBytes.Copy(pkcs8));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    public void Dispose() => _key.Dispose();
}
