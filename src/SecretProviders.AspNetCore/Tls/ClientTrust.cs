using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.AspNetCore.Sds;

namespace SecretProviders.AspNetCore.Tls;

/// <summary>
/// Judges client certificates by one version of a served validation context. A client with a SPIFFE ID whose trust
/// domain is listed must chain to an anchor of that domain; every other client must chain to an anchor that holds for
/// every peer.
/// </summary>
internal sealed class ClientTrust
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private readonly ImmutableArray<X509Certificate2> _anchors;
    private readonly ImmutableDictionary<string, ImmutableArray<X509Certificate2>> _domains;

    private ClientTrust(ValidationContext trust)
    {
        _anchors = Load(trust.TrustAnchors);
        _domains = trust.TrustDomains.ToImmutableDictionary(static domain => domain.Key, static domain => Load(domain.Value), StringComparer.Ordinal);
    }

    /// <summary>Makes a judge.</summary>
    /// <exception cref="UnusableTlsSecretException">The secret is not trust, is empty, or demands what is not enforced here.</exception>
    public static ClientTrust Make(Secret secret)
    {
        if (secret is not ValidationContext trust)
        {
            throw new UnusableTlsSecretException($"is a {secret.Kind}, but a client CA is a {SecretKind.ValidationContext}");
        }

        var demands = NotEnforced(trust).ToArray();
        if (demands.Length != 0)
        {
            throw new UnusableTlsSecretException($"holds {string.Join(", ", demands)}, which a listener does not enforce; give it trust anchors and trust domains only");
        }

        return trust.AllAnchors.Any() ? new ClientTrust(trust) : throw new UnusableTlsSecretException("holds no trust anchor");
    }

    /// <summary>Judges one client.</summary>
    /// <param name="certificate">What it presented.</param>
    /// <param name="others">The certificates that it sent along; they vouch for nothing by themselves.</param>
    /// <param name="now">The time.</param>
    /// <returns>What is wrong, or null.</returns>
    public string? Refuse(X509Certificate2 certificate, X509Certificate2Collection others, DateTimeOffset now)
    {
        var domain = CertificateIdentity.TrustDomainOf(certificate);
        var anchors = domain is not null && _domains.TryGetValue(domain, out var ofDomain) ? ofDomain : _anchors;
        if (anchors.IsEmpty)
        {
            return domain is null ? "its certificate has no SPIFFE ID" : "its trust domain is not trusted";
        }

        using var chain = new X509Chain { ChainPolicy = Policy(anchors, others, now) };
        var problem = chain.Build(certificate) ? null : Problem(chain);
        if (problem is null && !chain.ChainElements.Any(element => anchors.Any(anchor => anchor.RawDataMemory.Span.SequenceEqual(element.Certificate.RawDataMemory.Span))))
        {
            problem = "its certificate does not chain to a trusted anchor";
        }

        foreach (var element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }

        return problem;
    }

    private static X509ChainPolicy Policy(ImmutableArray<X509Certificate2> anchors, X509Certificate2Collection others, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = now.UtcDateTime,
            VerificationTimeIgnored = false,

            // An anchor may be an intermediate; that one of them is in the chain is checked by its bytes.
            VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority,
        };
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        policy.CustomTrustStore.AddRange(anchors.ToArray());
        policy.ExtraStore.AddRange(others);
        return policy;
    }

    private static string Problem(X509Chain chain) =>
        $"its certificate is not valid ({string.Join(", ", chain.ChainStatus.Select(static status => status.Status).Distinct())})";

    private static ImmutableArray<X509Certificate2> Load(ImmutableArray<EncodedCertificate> anchors) => [.. anchors.Select(static anchor => anchor.Load())];

    // A rule is never silently ignored, and neither is a wish to be lax.
    private static IEnumerable<string> NotEnforced(ValidationContext trust)
    {
        (bool Is, string Name)[] demands =
        [
            (!trust.RevocationLists.IsEmpty, "revocation lists"),
            (!trust.SubjectAltNames.IsEmpty, "matchers of subject alternative names"),
            (!trust.CertificateHashes.IsEmpty || !trust.SpkiHashes.IsEmpty, "pins"),
            (trust.AllowExpiredCertificate || trust.AcceptUntrusted, "lax flags"),
            (trust.MaxVerifyDepth is not null, "a limit of depth"),
        ];
        return demands.Where(static demand => demand.Is).Select(static demand => demand.Name);
    }
}
