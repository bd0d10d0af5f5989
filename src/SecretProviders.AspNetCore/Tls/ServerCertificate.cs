using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.AspNetCore.Tls;

/// <summary>Turns a served TLS certificate into what handshakes take.</summary>
internal static class ServerCertificate
{
    /// <summary>Makes the context of all handshakes with one version.</summary>
    /// <exception cref="UnusableTlsSecretException">The secret cannot serve a handshake here.</exception>
    public static SslStreamCertificateContext Make(Secret secret)
    {
        if (secret is not TlsCertificate certificate)
        {
            throw new UnusableTlsSecretException($"is a {secret.Kind}, but a listener needs a {SecretKind.TlsCertificate}");
        }

        if (certificate.PrivateKey is not PrivateKeyBytes)
        {
            throw new UnusableTlsSecretException("has a private key that does not leave its store, which a listener cannot use; give it a certificate whose key is bytes");
        }

        try
        {
            var issuers = new X509Certificate2Collection(certificate.Chain.Skip(1).Select(static one => one.Load()).ToArray());

            // Offline: what the peers get is what the source holds, and no handshake waits for somebody's web server.
            return SslStreamCertificateContext.Create(certificate.LoadWithPrivateKey(), issuers, offline: true);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new UnusableTlsSecretException($"cannot be used by the TLS of this system ({exception.Message})");
        }
    }
}
