using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using SecretProviders.Testing;

namespace SecretProviders.Tests;

/// <summary>Secrets of every kind that differ in one point each, and a marker that must never be printed.</summary>
internal static class Samples
{
    public const string Marker = "hunter2-marker-of-private-bytes";
    private static readonly TestCertificateAuthority Authority = new();

    public static EncodedCertificate Leaf { get; } = Authority.Issue("leaf.test").Secret.Leaf;

    public static EncodedCertificate OtherLeaf { get; } = Authority.Issue("other.test").Secret.Leaf;

    public static EncodedCertificate Root { get; } = Authority.Certificate;

    /// <summary>Gets makers of secrets of which no two are equal; each makes an equal one whenever it is called.</summary>
    public static ImmutableArray<Func<Secret>> Makers { get; } =
    [
        static () => new TlsCertificate([Leaf], Key(Marker)),
        static () => new TlsCertificate([Leaf], Key("another key")),
        static () => new TlsCertificate([Leaf], new SampleHandle("pkcs11:object=a")),
        static () => new TlsCertificate([Leaf], new SampleHandle("pkcs11:object=b")),
        static () => new TlsCertificate([Leaf, Root], Key(Marker)),
        static () => new TlsCertificate([OtherLeaf, Root], Key(Marker)),
        static () => new TlsCertificate([Leaf], Key(Marker)) { OcspStaple = new byte[] { 1 } },
        static () => new TlsCertificate([Leaf], Key(Marker)) { OcspStaple = new byte[] { 2 } },
        static () => new ValidationContext(),
        static () => new ValidationContext { TrustAnchors = [Root] },
        static () => new ValidationContext { TrustAnchors = [Root, Leaf] },
        static () => new ValidationContext { TrustAnchors = [Leaf, Root] },
        static () => new ValidationContext { TrustDomains = Domain("a.test", Root) },
        static () => new ValidationContext { TrustDomains = Domain("a.test", Leaf) },
        static () => new ValidationContext { TrustDomains = Domain("b.test", Root) },
        static () => new ValidationContext { RevocationLists = [new byte[] { 1 }] },
        static () => new ValidationContext { RevocationLists = [new byte[] { 2 }] },
        static () => new ValidationContext { RevocationLists = [new byte[] { 1 }, new byte[] { 2 }] },
        static () => new ValidationContext { OnlyVerifyLeafRevocation = true },
        static () => new ValidationContext { AllowExpiredCertificate = true },
        static () => new ValidationContext { AcceptUntrusted = true },
        static () => new ValidationContext { MaxVerifyDepth = 3 },
        static () => new ValidationContext { CertificateHashes = ["00"] },
        static () => new ValidationContext { SpkiHashes = ["00"] },
        static () => new ValidationContext { SubjectAltNames = [new(SubjectAltNameType.Dns, SubjectAltNameMatch.Exact, "a")] },
        static () => new ValidationContext { SubjectAltNames = [new(SubjectAltNameType.Dns, SubjectAltNameMatch.Exact, "a", IgnoreCase: true)] },
        static () => new SessionTicketKeys([Ticket(1)]),
        static () => new SessionTicketKeys([Ticket(2)]),
        static () => new SessionTicketKeys([Ticket(1), Ticket(2)]),
        static () => new SessionTicketKeys([Ticket(2), Ticket(1)]),
        static () => new GenericSecret(Bytes(Marker)),
        static () => new GenericSecret(Bytes("another value")),
        static () => new GenericSecret([KeyValuePair.Create("a", Bytes(Marker))]),
        static () => new GenericSecret([KeyValuePair.Create("b", Bytes(Marker))]),
        static () => new GenericSecret([KeyValuePair.Create("a", Bytes("x")), KeyValuePair.Create("b", Bytes(Marker))]),
    ];

    public static Secret WithMarker => new GenericSecret(Bytes(Marker));

    public static SensitiveBytes Bytes(string text) => SensitiveBytes.Copy(Encoding.UTF8.GetBytes(text));

    public static PrivateKeyBytes Key(string text) => new(Bytes(text));

    // The marker first, so that a printed key would show it.
    private static SensitiveBytes Ticket(byte fill) => SensitiveBytes.Create(SessionTicketKeys.KeyLength, fill, static (bytes, fill) =>
    {
        bytes.Fill(fill);
        Encoding.ASCII.GetBytes(Marker, bytes);
    });

    private static ImmutableSortedDictionary<string, ImmutableArray<EncodedCertificate>> Domain(string name, EncodedCertificate anchor) =>
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create(name, ImmutableArray.Create(anchor))]);

    private sealed class SampleHandle(string keyUri) : PrivateKeyHandle
    {
        public override string KeyUri => keyUri;

        public override ReadOnlyMemory<byte> SubjectPublicKeyInfo => default;

        public override ValueTask<ReadOnlyMemory<byte>> SignHashAsync(
            ReadOnlyMemory<byte> hash, HashAlgorithmName algorithm, RSASignaturePadding? padding, CancellationToken cancellationToken = default) =>
            throw new SecretSourceException(SecretErrorCode.Denied, "This handle only has a name.");
    }
}
