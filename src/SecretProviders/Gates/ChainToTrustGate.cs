namespace SecretProviders.Gates;

/// <summary>Demands that a leaf chains to an anchor of a given validation context.</summary>
internal static class ChainToTrustGate
{
    public static GateVerdict Check(TlsCertificate certificate, string trustName, ValidationContext? trust)
    {
        if (trust is null)
        {
            return GateVerdict.Fail("chainToTrust", SecretProblemCode.Untrusted, $"The trust '{trustName}' is not available, so the chain cannot be judged; see what explain says of it.");
        }

        return trust.AllAnchors.FirstOrDefault(anchor => CertificateChains.ChainsTo(certificate, anchor)) is { } found
            ? GateVerdict.Pass("chainToTrust", $"chains to {found}")
            : GateVerdict.Fail("chainToTrust", SecretProblemCode.Untrusted, $"The leaf does not chain to any anchor of '{trustName}'; add its CA there, or issue it from a CA that is there.");
    }
}
