using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Gates;

/// <summary>
/// Which anchors one leaf chains to. Both are immutable, so a verdict never changes, and building a chain costs a third
/// of a millisecond: it is built once for each anchor that could be the issuer. Safe for any number of threads.
/// </summary>
internal sealed class ChainVerdicts
{
    private readonly TlsCertificate _certificate;
    private readonly HashSet<string> _issuers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<EncodedCertificate, bool> _verdicts = new(concurrencyLevel: 1, capacity: 3);

    public ChainVerdicts(TlsCertificate certificate)
    {
        _certificate = certificate;
        foreach (var one in certificate.Chain)
        {
            using var loaded = one.Load();
            _issuers.Add(loaded.Issuer);
        }
    }

    // Names first: most anchors of a bundle are no issuer of this leaf.
    public bool ChainsTo(EncodedCertificate anchor) =>
        _issuers.Contains(anchor.Subject) && _verdicts.GetOrAdd(anchor, static (anchor, certificate) => Build(certificate, anchor), _certificate);

    private static bool Build(TlsCertificate certificate, EncodedCertificate anchor)
    {
        using var root = anchor.Load();
        using var leaf = certificate.Leaf.Load();
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;

        // An anchor may be an intermediate, and validity in time is another gate's business.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllFlags;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        var extras = certificate.Chain.Skip(1).Select(static one => one.Load()).ToArray();
        chain.ChainPolicy.ExtraStore.AddRange(extras);
        try
        {
            chain.Build(leaf);
            return Ends(chain, anchor);
        }
        finally
        {
            Array.ForEach(extras, static one => one.Dispose());
        }
    }

    private static bool Ends(X509Chain chain, EncodedCertificate anchor)
    {
        var found = false;
        var sound = true;
        foreach (var element in chain.ChainElements)
        {
            found |= element.Certificate.RawData.AsSpan().SequenceEqual(anchor.Der.Span);
            sound &= !element.ChainElementStatus.Any(static status => status.Status.HasFlag(X509ChainStatusFlags.NotSignatureValid));
            element.Certificate.Dispose();
        }

        return found && sound;
    }
}
