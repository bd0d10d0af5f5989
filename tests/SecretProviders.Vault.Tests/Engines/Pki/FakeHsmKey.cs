using System.Security.Cryptography;

namespace SecretProviders.Vault.Tests.Engines.Pki;

/// <summary>A key in a store: it signs, and nobody can have it.</summary>
internal sealed class FakeHsmKey(AsymmetricAlgorithm key) : PrivateKeyHandle, IDisposable
{
    /// <summary>The sorts of keys that a test may ask for.</summary>
    public static readonly string[] Sorts = ["P-256", "P-384", "P-521", "RSA"];

    private int _signatures;

    public FakeHsmKey(string sort = "P-256")
        : this(Make(sort))
    {
    }

    public override string KeyUri => "pkcs11:token=tests;object=web";

    public override ReadOnlyMemory<byte> SubjectPublicKeyInfo => key.ExportSubjectPublicKeyInfo();

    /// <summary>Gets how often it signed.</summary>
    public int Signatures => Volatile.Read(ref _signatures);

    /// <summary>Gets or sets what happens instead of a signature, or null.</summary>
    public Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>>? Instead { get; set; }

    /// <summary>Makes a key of a sort.</summary>
    public static AsymmetricAlgorithm Make(string sort) => sort switch
    {
        "P-256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "P-384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        "P-521" => ECDsa.Create(ECCurve.NamedCurves.nistP521),
        "brainpool" => ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1),
        _ => RSA.Create(2048),
    };

    public override ValueTask<ReadOnlyMemory<byte>> SignHashAsync(
        ReadOnlyMemory<byte> hash, HashAlgorithmName algorithm, RSASignaturePadding? padding, CancellationToken cancellationToken = default)
    {
        if (Instead is { } instead)
        {
            return instead(cancellationToken);
        }

        Interlocked.Increment(ref _signatures);
        return ValueTask.FromResult<ReadOnlyMemory<byte>>(key is RSA rsa
            ? rsa.SignHash(hash.Span, algorithm, padding!)
            : ((ECDsa)key).SignHash(hash.Span, DSASignatureFormat.Rfc3279DerSequence));
    }

    public void Dispose() => key.Dispose();
}
