using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace SecretProviders.ConformanceTests;

/// <summary>Whether a private key is the leaf's: by signing, so that it holds for any encoding of the key.</summary>
internal static class PairCheck
{
    private static readonly byte[] Sample = [1, 2, 3, 4];

    public static void AssertMatches(TlsCertificate certificate) =>
        Assert.True(Matches(certificate), $"The private key is not the one of {certificate.Leaf}.");

    private static bool Matches(TlsCertificate certificate)
    {
        using var leaf = certificate.Leaf.Load();
        if (certificate.PrivateKey is not PrivateKeyBytes key)
        {
            var handle = Assert.IsAssignableFrom<PrivateKeyHandle>(certificate.PrivateKey);
            return handle.SubjectPublicKeyInfo.Span.SequenceEqual(leaf.PublicKey.ExportSubjectPublicKeyInfo());
        }

        using var ecdsa = leaf.GetECDsaPublicKey();
        return ecdsa is null ? MatchesRsa(leaf, key) : MatchesEcdsa(ecdsa, key);
    }

    private static bool MatchesEcdsa(ECDsa publicKey, PrivateKeyBytes key)
    {
        using var privateKey = ECDsa.Create();
        privateKey.ImportPkcs8PrivateKey(key.Pkcs8.GetSpan(), out _);
        return publicKey.VerifyData(Sample, privateKey.SignData(Sample, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256);
    }

    private static bool MatchesRsa(X509Certificate2 leaf, PrivateKeyBytes key)
    {
        using var publicKey = leaf.GetRSAPublicKey();
        using var privateKey = RSA.Create();
        privateKey.ImportPkcs8PrivateKey(key.Pkcs8.GetSpan(), out _);
        var signature = privateKey.SignData(Sample, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return publicKey is not null && publicKey.VerifyData(Sample, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
