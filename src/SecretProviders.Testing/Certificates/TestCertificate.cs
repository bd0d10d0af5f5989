using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace SecretProviders.Testing;

/// <summary>One issued certificate, as a secret of the model and as the files that stores hold.</summary>
public sealed class TestCertificate
{
    internal TestCertificate(TlsCertificate secret, ValidationContext trust, ImmutableArray<byte> serialNumber)
    {
        Secret = secret;
        Trust = trust;
        SerialNumber = serialNumber;
    }

    /// <summary>Gets the certificate, the intermediates below its root, and its key.</summary>
    public TlsCertificate Secret { get; }

    /// <summary>Gets trust in the root that vouches for it.</summary>
    public ValidationContext Trust { get; }

    /// <summary>Gets the serial number, big-endian, as revocation lists take it.</summary>
    public ImmutableArray<byte> SerialNumber { get; }

    /// <summary>Gets the chain as PEM, leaf first: the content of <c>tls.crt</c> or <c>fullchain.pem</c>.</summary>
    public byte[] CertificatePem => Encoding.ASCII.GetBytes(string.Concat(Secret.Chain.Select(static certificate => certificate.ToPem())));

    /// <summary>Gets the key as PKCS#8 PEM: the content of <c>tls.key</c> or <c>privkey.pem</c>.</summary>
    public byte[] PrivateKeyPem => Encoding.ASCII.GetBytes(
        PemEncoding.WriteString("PRIVATE KEY", ((PrivateKeyBytes)Secret.PrivateKey).Pkcs8.GetSpan()) + "\n");

    /// <summary>Gets the root as PEM: the content of <c>ca.crt</c>.</summary>
    public byte[] TrustPem => Encoding.ASCII.GetBytes(string.Concat(Trust.TrustAnchors.Select(static anchor => anchor.ToPem())));

    /// <summary>Makes a broken pair: this certificate with the key of another one.</summary>
    /// <param name="other">Whose key to take.</param>
    public TestCertificate WithKeyOf(TestCertificate other) =>
        new(new TlsCertificate(Secret.Chain, other.Secret.PrivateKey), Trust, SerialNumber);
}
