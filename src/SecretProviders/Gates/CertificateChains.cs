using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Gates;

/// <summary>Answers whether a leaf chains to an anchor, by content alone: names and signatures, not time or revocation.</summary>
internal static class CertificateChains
{
    public static bool ChainsTo(TlsCertificate certificate, EncodedCertificate anchor)
    {
        // A pinned leaf. That an anchor lies in the chain proves nothing: anybody may append one.
        if (certificate.Leaf.Equals(anchor))
        {
            return true;
        }

        using var root = anchor.Load();
        if (!IssuedAny(certificate, root))
        {
            return false;
        }

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

    // Building a chain costs a millisecond; comparing names first spares it for the anchors that cannot match.
    private static bool IssuedAny(TlsCertificate certificate, X509Certificate2 root)
    {
        foreach (var one in certificate.Chain)
        {
            using var loaded = one.Load();
            if (loaded.IssuerName.RawData.AsSpan().SequenceEqual(root.SubjectName.RawData))
            {
                return true;
            }
        }

        return false;
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
