using System.Collections.Immutable;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using SecretProviders.Publishing;
using SecretProviders.Tests.Decoding;

namespace SecretProviders.Tests.Publishing;

public sealed class SecretVersionerTests
{
    private static readonly Pki Pki = Pki.One;
    private static readonly EncodedCertificate Leaf = new(Pki.Leaf.RawData);
    private static readonly EncodedCertificate OtherLeaf = new(Pki.OtherLeaf.RawData);
    private static readonly EncodedCertificate Intermediate = new(Pki.IntermediateDer);
    private static readonly EncodedCertificate Root = new(Pki.RootDer);
    private static readonly PrivateKeyBytes Key = new(SensitiveBytes.Copy(Pki.EllipticKey.ExportPkcs8PrivateKey()));
    private readonly SecretVersioner _versioner = new(Bytes("the fleet's version key"));

    /// <summary>Secrets that differ in one point each, and the points where forms without lengths would meet.</summary>
    public static ImmutableArray<Secret> AllDifferent { get; } =
    [
        new TlsCertificate([Leaf], Key),
        new TlsCertificate([Leaf, Intermediate], Key),
        new TlsCertificate([Leaf, Intermediate, Root], Key),
        new TlsCertificate([OtherLeaf], Key),
        new TlsCertificate([Leaf], Key) { OcspStaple = new byte[] { 1 } },
        new TlsCertificate([Leaf], Key) { OcspStaple = new byte[] { 1, 2 } },
        new TlsCertificate([Leaf], Key) { OcspStaple = Intermediate.Der },
        new TlsCertificate([Leaf], new Handle("pkcs11:object=a")),
        new TlsCertificate([Leaf], new Handle("pkcs11:object=b")),
        new ValidationContext(),
        new ValidationContext { TrustAnchors = [Root] },
        new ValidationContext { TrustAnchors = [Leaf] },
        new ValidationContext { TrustAnchors = [Leaf, Root] },
        new ValidationContext { TrustAnchors = [Root, Leaf] },
        new ValidationContext { TrustDomains = Domains(("a.test", [Root])) },
        new ValidationContext { TrustDomains = Domains(("a.test", [Root, Leaf])) },
        new ValidationContext { TrustDomains = Domains(("a.test", [Root]), ("b.test", [Leaf])) },
        new ValidationContext { TrustDomains = Domains(("a.test", [Leaf]), ("b.test", [Root])) },
        new ValidationContext { TrustDomains = Domains(("a.test", [])) },
        new ValidationContext { RevocationLists = [new byte[] { 1, 2 }] },
        new ValidationContext { RevocationLists = [new byte[] { 1 }, new byte[] { 2 }] },
        new ValidationContext { RevocationLists = [Root.Der] },
        new ValidationContext { OnlyVerifyLeafRevocation = true },
        new ValidationContext { AllowExpiredCertificate = true },
        new ValidationContext { AcceptUntrusted = true },
        new ValidationContext { MaxVerifyDepth = 0 },
        new ValidationContext { MaxVerifyDepth = 1 },
        new ValidationContext { CertificateHashes = ["ab"] },
        new ValidationContext { CertificateHashes = ["a", "b"] },
        new ValidationContext { SpkiHashes = ["ab"] },
        new ValidationContext { SubjectAltNames = [new(SubjectAltNameType.Dns, SubjectAltNameMatch.Exact, "a")] },
        new ValidationContext { SubjectAltNames = [new(SubjectAltNameType.Uri, SubjectAltNameMatch.Exact, "a")] },
        new ValidationContext { SubjectAltNames = [new(SubjectAltNameType.Dns, SubjectAltNameMatch.Prefix, "a")] },
        new ValidationContext { SubjectAltNames = [new(SubjectAltNameType.Dns, SubjectAltNameMatch.Exact, "A")] },
        new ValidationContext { SubjectAltNames = [new(SubjectAltNameType.Dns, SubjectAltNameMatch.Exact, "a", IgnoreCase: true)] },
        new SessionTicketKeys([Ticket(1)]),
        new SessionTicketKeys([Ticket(2)]),
        new SessionTicketKeys([Ticket(1), Ticket(2)]),
        new SessionTicketKeys([Ticket(2), Ticket(1)]),
        new GenericSecret(Bytes("")),
        new GenericSecret(Bytes("a")),
        new GenericSecret([KeyValuePair.Create("a", Bytes(""))]),
        new GenericSecret([KeyValuePair.Create("", Bytes("a"))]),
        new GenericSecret([KeyValuePair.Create("a", Bytes("b"))]),
        new GenericSecret([KeyValuePair.Create("a", Bytes("b")), KeyValuePair.Create("c", Bytes("d"))]),
        new GenericSecret([KeyValuePair.Create("a", Bytes("d")), KeyValuePair.Create("c", Bytes("b"))]),
        new GenericSecret([KeyValuePair.Create("\uD800", Bytes("b"))]),
        new GenericSecret([KeyValuePair.Create("\uD801", Bytes("b"))]),
        new GenericSecret([KeyValuePair.Create("\uFFFD", Bytes("b"))]),
    ];

    [Fact]
    public void Different_content_has_different_versions()
    {
        var versions = AllDifferent.GroupBy(_versioner.Compute).Where(static group => group.Count() > 1);

        Assert.Empty(versions.Select(static group => string.Join(" = ", group)));
    }

    [Fact]
    public void Different_content_is_also_unequal_so_that_the_two_notions_agree() =>
        Assert.Equal(AllDifferent.Length, AllDifferent.Distinct().Count());

    [Fact]
    public void A_version_is_64_lower_case_hexadecimal_digits() =>
        Assert.All(AllDifferent, secret => Assert.Matches("^[0-9a-f]{64}$", _versioner.Compute(secret).Value));

    [Fact]
    public void Public_content_has_the_same_version_whatever_the_key()
    {
        var other = new SecretVersioner();

        Assert.All(
            AllDifferent.Where(static secret => secret is TlsCertificate or ValidationContext),
            secret => Assert.Equal(_versioner.Compute(secret), other.Compute(secret)));
    }

    [Fact]
    public void Private_content_has_another_version_with_another_key()
    {
        var other = new SecretVersioner();

        Assert.All(
            AllDifferent.Where(static secret => secret is GenericSecret or SessionTicketKeys),
            secret => Assert.NotEqual(_versioner.Compute(secret), other.Compute(secret)));
    }

    [Fact]
    public void A_version_does_not_depend_on_what_was_computed_before()
    {
        var forward = AllDifferent.Select(_versioner.Compute).ToArray();
        var backward = AllDifferent.Reverse().Select(_versioner.Compute).Reverse().ToArray();

        Assert.Equal(forward, backward);
    }

    [Fact]
    public void Threads_at_once_compute_what_one_computes_alone()
    {
        var alone = AllDifferent.Select(_versioner.Compute).ToArray();

        var together = Enumerable.Range(0, 8 * alone.Length).AsParallel().WithDegreeOfParallelism(8)
            .Select(i => (Expected: alone[i % alone.Length], Actual: _versioner.Compute(AllDifferent[i % alone.Length])));

        Assert.All(together, static pair => Assert.Equal(pair.Expected, pair.Actual));
    }

    [Fact]
    public void The_same_key_on_another_replica_gives_the_same_versions()
    {
        var replica = new SecretVersioner(Bytes("the fleet's version key"));

        Assert.All(AllDifferent, secret => Assert.Equal(_versioner.Compute(secret), replica.Compute(secret)));
    }

    [Fact]
    public void The_bytes_of_the_private_key_are_not_part_of_a_version()
    {
        var other = new PrivateKeyBytes(Bytes("other bytes of the same key"));

        Assert.Equal(_versioner.Compute(new TlsCertificate([Leaf], Key)), _versioner.Compute(new TlsCertificate([Leaf], other)));
    }

    [Fact]
    public void The_canonical_form_does_not_change()
    {
        // Replicas of two releases must agree; whoever changes this number changes the form's name with it.
        Assert.Equal("04241a1a69e6f174", _versioner.Compute(new ValidationContext()).Value[..16]);
        Assert.Equal("e4d4ec078163ac02", _versioner.Compute(new GenericSecret(Bytes("a"))).Value[..16]);
    }

    [Fact]
    public void Equal_fields_have_equal_versions_in_whatever_order_they_came() =>
        Prop.ForAll(FieldSets, set =>
        {
            var shuffled = set.Fields.OrderBy(static field => SHA256.HashData(System.Text.Encoding.Unicode.GetBytes(field.Key))[0]).ToList();
            return _versioner.Compute(new GenericSecret(set.Fields)) == _versioner.Compute(new GenericSecret(shuffled));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Two_sets_of_fields_have_equal_versions_exactly_when_they_are_equal() =>
        Prop.ForAll(FieldSets, FieldSets, (first, second) =>
        {
            var left = new GenericSecret(first.Fields);
            var right = new GenericSecret(second.Fields);
            return left.Equals(right) == (_versioner.Compute(left) == _versioner.Compute(right));
        }).QuickCheckThrowOnFailure();

    private static Arbitrary<FieldSet> FieldSets =>
        (from names in Gen.NonEmptyListOf(Gen.Elements("a", "b", "ab", "", "\0", "a\0b"))
         from values in Gen.ArrayOf(Gen.Elements("", "a", "b", "ab", "\0\0\0\u0001"), 6)
         select new FieldSet([.. names.Distinct().Select((name, i) => KeyValuePair.Create(name, Bytes(values[i])))])).ToArbitrary();

    private static SensitiveBytes Bytes(string text) => Decode.Bytes(text);

    private static SensitiveBytes Ticket(byte fill) => SensitiveBytes.Create(SessionTicketKeys.KeyLength, fill, static (bytes, fill) => bytes.Fill(fill));

    private static ImmutableSortedDictionary<string, ImmutableArray<EncodedCertificate>> Domains(
        params (string Name, ImmutableArray<EncodedCertificate> Anchors)[] domains) =>
        domains.ToImmutableSortedDictionary(static domain => domain.Name, static domain => domain.Anchors, StringComparer.Ordinal);

    private sealed record FieldSet(ImmutableArray<KeyValuePair<string, SensitiveBytes>> Fields);

    private sealed class Handle(string keyUri) : PrivateKeyHandle
    {
        public override string KeyUri => keyUri;

        public override ReadOnlyMemory<byte> SubjectPublicKeyInfo => default;

        public override ValueTask<ReadOnlyMemory<byte>> SignHashAsync(
            ReadOnlyMemory<byte> hash, HashAlgorithmName algorithm, RSASignaturePadding? padding, CancellationToken cancellationToken = default) =>
            throw new SecretSourceException(SecretErrorCode.Denied, "This handle only has a name.");
    }
}
