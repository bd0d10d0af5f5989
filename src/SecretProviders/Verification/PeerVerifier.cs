using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Verification;

/// <summary>
/// Judges certificates of peers by one version of a validation context, and by all that it demands. A peer with a SPIFFE
/// ID whose trust domain is listed must chain to an anchor of that domain; every other peer to an anchor that holds for
/// every peer. Safe for use by any number of threads.
/// </summary>
internal sealed class PeerVerifier
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private readonly PeerRole _role;
    private readonly Func<CertificateNames, string?>? _trustDomainOf;
    private readonly ImmutableArray<X509Certificate2> _anchors;
    private readonly ImmutableDictionary<string, ImmutableArray<X509Certificate2>> _domains;
    private readonly ImmutableArray<NameMatcher> _names;
    private readonly PeerPins _pins;
    private readonly RevocationCheck _revocation;
    private readonly int _maxDepth;

    /// <summary>Makes a judge.</summary>
    /// <param name="trust">What it judges by.</param>
    /// <param name="role">What peers are.</param>
    /// <param name="trustDomainOf">Finds a peer's SPIFFE trust domain; null where peers are not told apart by it.</param>
    /// <exception cref="UnusableTrustException">It trusts nobody, is lax, or demands what cannot be enforced.</exception>
    public PeerVerifier(ValidationContext trust, PeerRole role, Func<CertificateNames, string?>? trustDomainOf = null)
    {
        if (trust.AllowExpiredCertificate || trust.AcceptUntrusted)
        {
            throw new UnusableTrustException("holds lax flags, which are not honoured here; leave them out");
        }

        if (!trust.TrustDomains.IsEmpty && trustDomainOf is null)
        {
            throw new UnusableTrustException("holds SPIFFE trust domains, by which peers are not told apart here; name trust with anchors for every peer");
        }

        _role = role;
        _trustDomainOf = trustDomainOf;
        _anchors = Load(trust.TrustAnchors);
        _domains = trust.TrustDomains.ToImmutableDictionary(static domain => domain.Key, static domain => Load(domain.Value), StringComparer.Ordinal);
        _names = [.. trust.SubjectAltNames.Select(NameMatcher.Make)];
        _pins = new PeerPins(trust);
        _revocation = new RevocationCheck(trust);
        _maxDepth = trust.MaxVerifyDepth ?? int.MaxValue;
        if (!trust.AllAnchors.Any() && _pins.IsEmpty)
        {
            throw new UnusableTrustException("holds no trust anchor and no pin");
        }
    }

    /// <summary>Gets a value indicating whether it says by what names peers are accepted, so that a host's name need not be asked.</summary>
    public bool NamesPeers => !_names.IsEmpty;

    /// <summary>Judges one peer.</summary>
    /// <param name="certificate">What it presented.</param>
    /// <param name="others">The certificates that it sent along; they vouch for nothing by themselves.</param>
    /// <param name="now">The time.</param>
    /// <returns>What is wrong, in words that go on after the peer's name; or null.</returns>
    public string? Refuse(X509Certificate2 certificate, X509Certificate2Collection others, DateTimeOffset now)
    {
        var names = CertificateNames.Of(certificate);
        if (!_pins.Accept(certificate))
        {
            return "its certificate is not one of the pinned ones";
        }

        if (!_names.IsEmpty && !_names.Any(matcher => matcher.Matches(names)))
        {
            return "its certificate has no name that is accepted";
        }

        var domain = _trustDomainOf?.Invoke(names);
        var anchors = domain is not null && _domains.TryGetValue(domain, out var ofDomain) ? ofDomain : _anchors;
        if (!anchors.IsEmpty)
        {
            return RefuseChain(certificate, others, anchors, now);
        }

        // Pins alone say which certificates are trusted, as in Envoy; that they are valid now is asked all the same.
        return _domains.IsEmpty ? RefuseChain(certificate, [], [certificate], now)
            : domain is null ? "its certificate has no SPIFFE ID" : "its trust domain is not trusted";
    }

    private static ImmutableArray<X509Certificate2> Load(ImmutableArray<EncodedCertificate> anchors) => [.. anchors.Select(static anchor => anchor.Load())];

    private string? RefuseChain(X509Certificate2 certificate, X509Certificate2Collection others, ImmutableArray<X509Certificate2> anchors, DateTimeOffset now)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(anchors, others, now) };
        try
        {
            return chain.Build(certificate) ? RefusePath(chain, anchors, now) : Problem(chain);
        }
        finally
        {
            foreach (var element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }

    private string? RefusePath(X509Chain chain, ImmutableArray<X509Certificate2> anchors, DateTimeOffset now)
    {
        X509Certificate2[] elements = [.. chain.ChainElements.Select(static element => element.Certificate)];
        var depth = Array.FindIndex(elements, element => anchors.Any(anchor => anchor.RawDataMemory.Span.SequenceEqual(element.RawDataMemory.Span)));
        if (depth < 0)
        {
            return "its certificate does not chain to a trusted anchor";
        }

        // Counted as Envoy does: without the leaf, with the anchor.
        return depth > _maxDepth
            ? $"its certificate is {depth} steps away from a trusted anchor, but may be {_maxDepth}"
            : _revocation.Refuse(elements.AsSpan(0, depth + 1), now);
    }

    private X509ChainPolicy Policy(ImmutableArray<X509Certificate2> anchors, X509Certificate2Collection others, DateTimeOffset now)
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
        policy.ApplicationPolicy.Add(new Oid(_role == PeerRole.Client ? ClientAuthentication : ServerAuthentication));
        policy.CustomTrustStore.AddRange(anchors.ToArray());
        policy.ExtraStore.AddRange(others);
        return policy;
    }

    private static string Problem(X509Chain chain) =>
        $"its certificate is not valid ({string.Join(", ", chain.ChainStatus.Select(static status => status.Status).Distinct())})";
}
