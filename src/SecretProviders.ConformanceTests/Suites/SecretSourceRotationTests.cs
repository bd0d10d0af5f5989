using System.Security.Cryptography.X509Certificates;
using SecretProviders.Testing;
using Xunit;

namespace SecretProviders.ConformanceTests;

/// <summary>A rotation is whole: no watcher ever sees one pair's certificate with another one's key.</summary>
/// <typeparam name="THarness">The harness of the source under test.</typeparam>
public abstract class SecretSourceRotationTests<THarness> : SecretSourceSuite<THarness>
    where THarness : SecretSourceHarness, new()
{
    private const int Rotations = 12;

    /// <summary>Every pair that is found matches, and the last one arrives, however fast they follow each other.</summary>
    [Fact]
    public virtual async Task Every_pair_matches_and_the_last_arrives()
    {
        var (reference, secret) = await ArrangeAsync(kind: PairKind);
        var reader = Open(CreateSource(), reference);
        var found = await FoundAsync(reader, secret);
        var last = secret;
        for (var i = 0; i < Rotations; i++)
        {
            last = await ChangeAsync(reference);
            await LookAsync();
        }

        await ChangedAsync(reader, found, last);

        AssertPairsMatch(reader);
    }

    /// <summary>A pair that is written part by part is found whole or not at all.</summary>
    [Fact]
    public virtual async Task Half_written_pair_is_not_found()
    {
        var (reference, secret) = await ArrangeAsync(kind: PairKind);
        var reader = Open(CreateSource(), reference);
        var found = await FoundAsync(reader, secret);
        for (var i = 0; i < Rotations; i++)
        {
            var next = await ChangeInPartsAsync(reference);
            found = await ChangedAsync(reader, found, next);
        }

        AssertPairsMatch(reader);
    }

    /// <summary>Rotations of several names arrive at each name.</summary>
    [Fact]
    public virtual async Task Names_rotate_independently()
    {
        var (first, firstSecret) = await ArrangeAsync("first", PairKind);
        var (second, secondSecret) = await ArrangeAsync("second", PairKind);
        var source = CreateSource();
        var firstReader = Open(source, first);
        var secondReader = Open(source, second);
        var firstFound = await FoundAsync(firstReader, firstSecret);
        var secondFound = await FoundAsync(secondReader, secondSecret);
        for (var i = 0; i < Rotations; i++)
        {
            firstFound = await ChangedAsync(firstReader, firstFound, await ChangeAsync(first));
            secondFound = await ChangedAsync(secondReader, secondFound, await ChangeAsync(second));
        }

        AssertPairsMatch(firstReader);
        AssertPairsMatch(secondReader);
    }

    /// <summary>Trust that comes with a certificate vouches for that certificate, before and after a rotation.</summary>
    [Fact]
    public virtual async Task Trust_of_the_same_answer_vouches_for_its_leaf()
    {
        var (reference, secret) = await ArrangeAsync(kind: PairKind);
        var reader = Open(CreateSource(), reference);
        var found = await FoundAsync(reader, secret);
        await ChangedAsync(reader, found, await ChangeAsync(reference));

        foreach (var state in reader.History.OfType<SecretState.Found>())
        {
            if (state is { Secret: TlsCertificate certificate, Trust: { } trust })
            {
                Assert.True(VouchesFor(trust, certificate), $"{trust} does not vouch for {certificate}.");
            }
        }
    }

    private SecretKind PairKind => Harness.Kinds.Contains(SecretKind.TlsCertificate) ? SecretKind.TlsCertificate : AnyKind;

    private static void AssertPairsMatch(SecretStateReader reader) => Assert.All(
        reader.History.Select(static state => state.LastGood?.Secret).OfType<TlsCertificate>(), PairCheck.AssertMatches);

    private async Task<Secret?> ChangeInPartsAsync(SecretReference reference)
    {
        if (!Harness.Can(SourceAbility.Write) || PairKind != SecretKind.TlsCertificate)
        {
            return await ChangeAsync(reference);
        }

        var next = Harness.Authority.Issue("conformance.example", Harness.CertificateOptions(reference)).Secret;
        await Harness.PutInPartsAsync(reference, next, LookAsync);
        return next;
    }

    private bool VouchesFor(ValidationContext trust, TlsCertificate certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = Harness.Clock.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        foreach (var anchor in trust.AllAnchors)
        {
            chain.ChainPolicy.CustomTrustStore.Add(anchor.Load());
        }

        foreach (var intermediate in certificate.Chain.Skip(1))
        {
            chain.ChainPolicy.ExtraStore.Add(intermediate.Load());
        }

        using var leaf = certificate.Leaf.Load();
        return chain.Build(leaf);
    }
}
