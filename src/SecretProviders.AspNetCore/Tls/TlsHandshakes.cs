using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using SecretProviders.AspNetCore.Peers;
using SecretProviders.Verification;

namespace SecretProviders.AspNetCore.Tls;

/// <summary>Decides each handshake of a listener by the secrets of that moment. Connections that stand are left alone.</summary>
internal sealed partial class TlsHandshakes(TlsSecrets secrets, PeerCauses causes, TimeProvider timeProvider, ILogger<TlsHandshakes> logger)
{
    /// <summary>Gets the settings of one handshake.</summary>
    /// <exception cref="AuthenticationException">There is nothing to serve with; the handshake fails, and only that.</exception>
    public ValueTask<SslServerAuthenticationOptions> BeginAsync(TlsHandshakeCallbackContext handshake)
    {
        var peer = PeerName.Of(handshake.Connection);
        var certificate = Require(secrets.Certificate, peer);
        var trust = Require(secrets.ClientCa, peer);
        return ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, presented, chain, _) => Accept(peer, trust, presented, chain),

            // What the framework checks before asking us must not go looking on the network; its verdict is not used.
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            },

            // A resumed session would live by the secrets of the past.
            AllowTlsResume = false,
        });
    }

    private T Require<T>(WatchedSecret<T> secret, string peer)
        where T : class
    {
        if (secret.Get(out var problem) is { } made)
        {
            return made;
        }

        if (causes.IsNews(peer, $"{secret.Name} {problem}"))
        {
            HandshakeImpossible(logger, peer, secret.Name, problem!);
        }

        throw new AuthenticationException($"The secret '{secret.Name}' {problem}.");
    }

    private bool Accept(string peer, PeerVerifier trust, X509Certificate? presented, X509Chain? chain)
    {
        var problem = presented is X509Certificate2 certificate
            ? trust.Refuse(certificate, chain?.ChainPolicy.ExtraStore ?? [], timeProvider.GetUtcNow())
            : "it presented no certificate";
        if (problem is not null && causes.IsNews(peer, problem))
        {
            ClientRefused(logger, peer, problem, secrets.ClientCa.Name);
        }

        return problem is null;
    }
}
