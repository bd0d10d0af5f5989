using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.Verification;

namespace SecretProviders.Credentials;

/// <summary>What handshakes with a store are made with, whoever makes them.</summary>
internal static class StoreHandshake
{
    /// <summary>Lets a verifier judge the store, and nothing else.</summary>
    /// <param name="authentication">What the handshakes are made with; may be that of many connections.</param>
    /// <param name="verifier">Gives the judge at each handshake; what it throws is what the handshake fails with.</param>
    /// <param name="timeProvider">The clock by which certificates are judged.</param>
    public static void JudgeBy(SslClientAuthenticationOptions authentication, Func<PeerVerifier> verifier, TimeProvider timeProvider)
    {
        // Thrown and not returned: whoever connects then hears the reason, which the framework would not tell.
        authentication.RemoteCertificateValidationCallback = (stream, certificate, chain, errors) =>
            Refuse((SslStream)stream, certificate, chain, errors, verifier(), timeProvider.GetUtcNow()) is { } refusal
                ? throw new AuthenticationException($"The store is refused: {refusal}.")
                : true;

        // What the framework checks before asking us must not go looking on the network; its verdict is not used.
        authentication.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
    }

    /// <summary>Makes a verifier of stores.</summary>
    /// <param name="trust">What it judges by.</param>
    /// <param name="place">Where that is from, for messages.</param>
    /// <exception cref="SecretSourceException">Nobody can be judged by it.</exception>
    public static PeerVerifier Verifier(ValidationContext trust, string place)
    {
        try
        {
            return new PeerVerifier(trust, PeerRole.Server);
        }
        catch (UnusableTrustException exception)
        {
            throw new SecretSourceException(SecretErrorCode.Unreachable, $"The CA, {place}, {exception.Message}.", exception);
        }
    }

    /// <summary>Makes what we prove ourselves with.</summary>
    /// <param name="certificate">Our certificate.</param>
    /// <param name="place">Where it is from, for messages.</param>
    /// <exception cref="SecretSourceException">It cannot be used here.</exception>
    public static SslStreamCertificateContext Proof(TlsCertificate certificate, string place)
    {
        try
        {
            var issuers = new X509Certificate2Collection(certificate.Chain.Skip(1).Select(static one => one.Load()).ToArray());
            return SslStreamCertificateContext.Create(certificate.LoadWithPrivateKey(), issuers, offline: true);
        }
        catch (Exception exception) when (exception is CryptographicException or NotSupportedException)
        {
            throw new SecretSourceException(SecretErrorCode.Unreachable, $"The client certificate, {place}, cannot be used: {exception.Message}", exception);
        }
    }

    private static string? Refuse(SslStream stream, X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors, PeerVerifier verifier, DateTimeOffset now) =>
        presented is not X509Certificate2 certificate ? "it presented no certificate"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && !verifier.NamesPeers ? $"its certificate is not for '{stream.TargetHostName}'"
            : verifier.Refuse(certificate, chain?.ChainPolicy.ExtraStore ?? [], now);
}
