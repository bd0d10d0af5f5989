using System.Formats.Asn1;
using SecretProviders.Verification;

namespace SecretProviders.Tests.Verification;

/// <summary>Lists that must not be taken for what they are not. Their signatures are not looked at when they are read.</summary>
public sealed class RevocationListTests
{
    private const string Sha256WithEcdsa = "1.2.840.10045.4.3.2";
    private const string Sha1WithRsa = "1.2.840.113549.1.1.5";
    private const string CrlNumber = "2.5.29.20";
    private const string DeltaCrlIndicator = "2.5.29.27";
    private const string IssuingDistributionPoint = "2.5.29.28";
    private const string CertificateIssuer = "2.5.29.29";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(DeltaCrlIndicator)]
    [InlineData(IssuingDistributionPoint)]
    public void Part_of_a_list_is_refused(string extension)
    {
        var failure = Assert.Throws<UnusableTrustException>(() => new RevocationList(Write(listExtension: extension)));

        Assert.Contains($"the critical extension {extension}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entry_for_another_issuer_is_refused() =>
        Assert.Throws<UnusableTrustException>(static () => new RevocationList(Write(entryExtension: CertificateIssuer)));

    [Fact]
    public void Extension_that_may_be_passed_over_is_passed_over() =>
        Assert.Equal(Now, new RevocationList(Write(listExtension: CrlNumber, entryExtension: CrlNumber, critical: false)).ThisUpdate);

    [Fact]
    public void Weak_signature_is_refused()
    {
        var failure = Assert.Throws<UnusableTrustException>(static () => new RevocationList(Write(Sha1WithRsa)));

        Assert.Contains("sign it with RSA or ECDSA and SHA-256 or better", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void List_without_an_end_holds_for_ever()
    {
        var list = new RevocationList(Write());

        Assert.Null(list.NextUpdate);
        Assert.Equal([false, true, true], [list.IsCurrent(Now.AddSeconds(-1)), list.IsCurrent(Now), list.IsCurrent(Now.AddYears(50))]);
    }

    [Fact]
    public void Times_of_this_century_and_the_next_are_read()
    {
        var list = new RevocationList(Write(nextUpdate: Now.AddYears(50)));

        Assert.Equal((Now, Now.AddYears(50)), (list.ThisUpdate, list.NextUpdate));
    }

    private static byte[] Write(
        string algorithm = Sha256WithEcdsa, string? listExtension = null, string? entryExtension = null, bool critical = true, DateTimeOffset? nextUpdate = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                WriteAlgorithm(writer, algorithm);
                using (writer.PushSequence())
                {
                }

                writer.WriteUtcTime(Now);
                if (nextUpdate is { } next)
                {
                    writer.WriteGeneralizedTime(next);
                }

                WriteEntry(writer, entryExtension, critical);
                if (listExtension is not null)
                {
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    {
                        WriteExtensions(writer, listExtension, critical);
                    }
                }
            }

            WriteAlgorithm(writer, algorithm);
            writer.WriteBitString(new byte[8]);
        }

        return writer.Encode();
    }

    private static void WriteEntry(AsnWriter writer, string? extension, bool critical)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteInteger(7);
            writer.WriteUtcTime(Now);
            if (extension is not null)
            {
                WriteExtensions(writer, extension, critical);
            }
        }
    }

    private static void WriteAlgorithm(AsnWriter writer, string algorithm)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(algorithm);
        }
    }

    private static void WriteExtensions(AsnWriter writer, string identifier, bool critical)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(identifier);
            if (critical)
            {
                writer.WriteBoolean(true);
            }

            writer.WriteOctetString([2, 1, 1]);
        }
    }
}
