using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Gates;

/// <summary>Refuses RSA leaves whose key is too small; other algorithms pass.</summary>
internal static class MinRsaBitsGate
{
    public static GateVerdict Check(TlsCertificate certificate, int minimum)
    {
        using var leaf = certificate.Leaf.Load();
        using var key = leaf.GetRSAPublicKey();
        if (key is null)
        {
            return GateVerdict.Pass("minRsaBits", "not an RSA key");
        }

        return key.KeySize >= minimum
            ? GateVerdict.Pass("minRsaBits", $"{key.KeySize} bits")
            : GateVerdict.Fail("minRsaBits", SecretProblemCode.WeakKey, $"The leaf's RSA key has {key.KeySize} bits, but the route demands {minimum}; issue it with a larger key.");
    }
}
