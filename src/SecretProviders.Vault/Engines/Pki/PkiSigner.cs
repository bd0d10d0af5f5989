using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Vault.Engines.Pki;

/// <summary>Signs requests for certificates (PKCS#10, RFC 2986) with keys of any place.</summary>
/// <remarks>
/// The BCL writes a request while it signs it, at once, and a key in a store signs when it can. What is signed is the
/// same each time, so the request is written twice: first to learn what to sign, then with the signature.
/// </remarks>
internal static class PkiSigner
{
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string P256 = "1.2.840.10045.3.1.7";
    private const string P384 = "1.3.132.0.34";
    private const string P521 = "1.3.132.0.35";

    /// <summary>Writes a request and signs it.</summary>
    /// <param name="request">The names.</param>
    /// <param name="key">The key.</param>
    /// <param name="reference">Whose certificate it is, for messages.</param>
    /// <param name="cancellationToken">Ends the wait for a key in a store.</param>
    /// <returns>The request as PEM.</returns>
    /// <exception cref="SecretSourceException">The key cannot be used, or it did not sign.</exception>
    public static async ValueTask<string> SignAsync(PkiSigningRequest request, PrivateKey key, SecretReference reference, CancellationToken cancellationToken)
    {
        var place = $"The signing key for '{reference.Key}'";
        try
        {
            var publicKey = PublicKey.CreateFromSubjectPublicKeyInfo(PublicPartOf(key).Span, out _);
            if (Find(publicKey) is not { } way)
            {
                throw new SecretSourceException(SecretErrorCode.Invalid, $"{place} is neither RSA nor elliptic on P-256, P-384 or P-521: give such a one.");
            }

            var certificate = new CertificateRequest(request.Subject, publicKey, way.Hash);
            if (request.Names is { } names)
            {
                certificate.CertificateExtensions.Add(names);
            }

            var writer = new Writer(publicKey, way.Algorithm);
            certificate.CreateSigningRequest(writer);
            var digest = CryptographicOperations.HashData(way.Hash, writer.Signed);
            writer.Signature = (await PkiKeys.WaitAsync($"A signature of {Lower(place)}", () => SignHashAsync(key, digest, way, cancellationToken), cancellationToken).ConfigureAwait(false)).ToArray();
            var pem = certificate.CreateSigningRequestPem(writer);

            // Reading it proves the signature.
            CertificateRequest.LoadSigningRequestPem(pem, way.Hash, CertificateRequestLoadOptions.Default, way.Padding);
            return pem;
        }
        catch (CryptographicException exception)
        {
            throw new SecretSourceException(
                SecretErrorCode.Invalid, $"{place} cannot be read, or did not sign so that its public part proves it: give a key that is whole.", exception);
        }
    }

    private static string Lower(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    private static ReadOnlyMemory<byte> PublicPartOf(PrivateKey key)
    {
        if (key is PrivateKeyHandle handle)
        {
            return handle.SubjectPublicKeyInfo;
        }

        using var local = Import((PrivateKeyBytes)key);
        return local.ExportSubjectPublicKeyInfo();
    }

    private static async ValueTask<ReadOnlyMemory<byte>> SignHashAsync(PrivateKey key, byte[] digest, Way way, CancellationToken cancellationToken)
    {
        if (key is PrivateKeyHandle handle)
        {
            return await handle.SignHashAsync(digest, way.Hash, way.Padding, cancellationToken).ConfigureAwait(false);
        }

        using var local = Import((PrivateKeyBytes)key);
        return local is RSA rsa ? rsa.SignHash(digest, way.Hash, way.Padding!) : ((ECDsa)local).SignHash(digest, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static AsymmetricAlgorithm Import(PrivateKeyBytes key)
    {
        AsymmetricAlgorithm local = ECDsa.Create();
        try
        {
            local.ImportPkcs8PrivateKey(key.Pkcs8.GetSpan(), out _);
        }
        catch (CryptographicException)
        {
            local.Dispose();
            local = RSA.Create();
            local.ImportPkcs8PrivateKey(key.Pkcs8.GetSpan(), out _);
        }
        finally
        {
            GC.KeepAlive(key);
        }

        return local;
    }

    private static Way? Find(PublicKey key)
    {
        if (key.Oid.Value == Rsa)
        {
            using var rsa = key.GetRSAPublicKey()!;
            return new Way(
                HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1).GetSignatureAlgorithmIdentifier(HashAlgorithmName.SHA256));
        }

        using var elliptic = key.GetECDsaPublicKey();
        HashAlgorithmName? hash = elliptic?.ExportParameters(includePrivateParameters: false).Curve.Oid.Value switch
        {
            P256 => HashAlgorithmName.SHA256,
            P384 => HashAlgorithmName.SHA384,
            P521 => HashAlgorithmName.SHA512,
            _ => null,
        };
        return hash is { } sound ? new Way(sound, null, X509SignatureGenerator.CreateForECDsa(elliptic!).GetSignatureAlgorithmIdentifier(sound)) : null;
    }

    // The hash that is signed, the padding of RSA, and the algorithm as the request names it.
    private sealed record Way(HashAlgorithmName Hash, RSASignaturePadding? Padding, byte[] Algorithm);

    private sealed class Writer(PublicKey key, byte[] algorithm) : X509SignatureGenerator
    {
        public byte[] Signed { get; private set; } = [];

        public byte[] Signature { get; set; } = [];

        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => algorithm;

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
        {
            Signed = data;
            return Signature;
        }

        protected override PublicKey BuildPublicKey() => key;
    }
}
