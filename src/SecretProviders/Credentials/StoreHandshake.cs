using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.Verification;

namespace SecretProviders.Credentials;

/// <summary>One handshake with a store: judged by a verifier where a CA was named, else by the system's trust.</summary>
internal sealed class StoreHandshake
{
    private readonly PeerVerifier? _verifier;
    private readonly TimeProvider _timeProvider;

    /// <summary>Prepares a handshake.</summary>
    /// <param name="authentication">What it is made with; takes the judgement in.</param>
    /// <param name="verifier">Judges the store, or null.</param>
    /// <param name="timeProvider">The clock by which certificates are judged.</param>
    public StoreHandshake(SslClientAuthenticationOptions authentication, PeerVerifier? verifier, TimeProvider timeProvider)
    {
        Authentication = authentication;
        _verifier = verifier;
        _timeProvider = timeProvider;
        if (verifier is not null)
        {
            authentication.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Accept(certificate, chain, errors);

            // What the framework checks before asking us must not go looking on the network; its verdict is not used.
            authentication.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
        }
    }

    public SslClientAuthenticationOptions Authentication { get; }

    /// <summary>Gets why the store was refused, or null.</summary>
    public string? Refusal { get; private set; }

    private bool Accept(X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors)
    {
        Refusal = presented is not X509Certificate2 certificate ? "it presented no certificate"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && !_verifier!.NamesPeers ? $"its certificate is not for '{Authentication.TargetHost}'"
            : _verifier!.Refuse(certificate, chain?.ChainPolicy.ExtraStore ?? [], _timeProvider.GetUtcNow());
        return Refusal is null;
    }
}
