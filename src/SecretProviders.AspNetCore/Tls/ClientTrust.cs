using SecretProviders.Verification;
using SecretProviders.Xds.Identities;

namespace SecretProviders.AspNetCore.Tls;

/// <summary>Turns a served validation context into the judge of client certificates.</summary>
internal static class ClientTrust
{
    /// <summary>Makes the judge of all handshakes with one version.</summary>
    /// <exception cref="UnusableTlsSecretException">The secret is not trust, is empty or lax, or demands what cannot be enforced.</exception>
    public static PeerVerifier Make(Secret secret)
    {
        if (secret is not ValidationContext trust)
        {
            throw new UnusableTlsSecretException($"is a {secret.Kind}, but a client CA is a {SecretKind.ValidationContext}");
        }

        try
        {
            return new PeerVerifier(trust, PeerRole.Client, WorkloadIdentity.TrustDomainOf);
        }
        catch (UnusableTrustException exception)
        {
            throw new UnusableTlsSecretException(exception.Message);
        }
    }
}
