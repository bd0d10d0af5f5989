using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.AspNetCore.Tls;

/// <summary>Turns a served TLS certificate into what handshakes take.</summary>
internal static class ServerCertificate
{
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string EllipticCurve = "1.2.840.10045.2.1";

    /// <summary>Makes the context of all handshakes with one version.</summary>
    /// <exception cref="UnusableTlsSecretException">The secret cannot serve a handshake here.</exception>
    public static SslStreamCertificateContext Make(Secret secret)
    {
        if (secret is not TlsCertificate certificate)
        {
            throw new UnusableTlsSecretException($"is a {secret.Kind}, but a listener needs a {SecretKind.TlsCertificate}");
        }

        if (certificate.PrivateKey is not PrivateKeyBytes { Pkcs8: var key })
        {
            throw new UnusableTlsSecretException("has a private key that does not leave its store, which a listener cannot use; give it a certificate whose key is bytes");
        }

        try
        {
            using var leaf = certificate.Leaf.Load();
            var issuers = new X509Certificate2Collection(certificate.Chain.Skip(1).Select(static one => one.Load()).ToArray());

            // Offline: what the peers get is what the source holds, and no handshake waits for somebody's web server.
            return SslStreamCertificateContext.Create(Join(leaf, key), issuers, offline: true);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new UnusableTlsSecretException($"cannot be used by the TLS of this system ({exception.Message})");
        }
    }

    private static X509Certificate2 Join(X509Certificate2 leaf, SensitiveBytes key)
    {
        switch (leaf.PublicKey.Oid.Value)
        {
            case Rsa:
                using (var rsa = RSA.Create())
                {
                    rsa.ImportPkcs8PrivateKey(key.GetSpan(), out _);
                    return Keep(leaf.CopyWithPrivateKey(rsa));
                }

            case EllipticCurve:
                using (var ecdsa = ECDsa.Create())
                {
                    ecdsa.ImportPkcs8PrivateKey(key.GetSpan(), out _);
                    return Keep(leaf.CopyWithPrivateKey(ecdsa));
                }

            default:
                throw new UnusableTlsSecretException($"has a key of a sort ({leaf.PublicKey.Oid.FriendlyName ?? leaf.PublicKey.Oid.Value}) that listeners cannot use; use RSA or ECDSA");
        }
    }

    // SChannel takes keys only from its own store, and a PKCS#12 is the way there.
    private static X509Certificate2 Keep(X509Certificate2 pair)
    {
        if (!OperatingSystem.IsWindows())
        {
            return pair;
        }

        using (pair)
        {
            var bytes = pair.Export(X509ContentType.Pkcs12);
            try
            {
                return X509CertificateLoader.LoadPkcs12(bytes, password: null);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(bytes);
            }
        }
    }
}
