using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using SecretProviders.Testing;

namespace SecretProviders.ConformanceTests;

/// <summary>New secrets of each kind, and how to recognise the private part of one.</summary>
internal static class SampleSecrets
{
    private const int MarkerLength = 24;
    private const int PemLine = 48;

    /// <summary>Makes a sound secret that differs from every other.</summary>
    public static Secret NewSecret(this SecretSourceHarness harness, SecretReference reference) => (reference.Kind ?? harness.Kinds[0]) switch
    {
        SecretKind.TlsCertificate => harness.Authority.Issue("conformance.example", harness.CertificateOptions(reference)).Secret,
        SecretKind.ValidationContext => NewTrust(harness.Clock),
        SecretKind.SessionTicketKeys => new SessionTicketKeys([NewBytes(SessionTicketKeys.KeyLength), NewBytes(SessionTicketKeys.KeyLength)]),
        SecretKind.Generic => new GenericSecret(SensitiveBytes.Copy(Encoding.ASCII.GetBytes($"generic-{Guid.NewGuid():N}"))),
        var kind => throw new ArgumentOutOfRangeException(nameof(reference), kind, "Not a kind."),
    };

    /// <summary>Gets texts of which each would betray the secret: parts of its private bytes as text, base64 and hexadecimal.</summary>
    public static ImmutableArray<string> MarkersOf(Secret secret) => secret switch
    {
        // The beginning and the end of a PKCS#8 key are the same, or public, for all keys of one algorithm.
        TlsCertificate { PrivateKey: PrivateKeyBytes key } => Spell(Middle(key.Pkcs8.GetSpan())),
        SessionTicketKeys keys => [.. keys.Keys.SelectMany(static key => Spell(key.GetSpan()))],
        GenericSecret { Value: { } value } => [Encoding.Latin1.GetString(value.GetSpan()), .. Spell(value.GetSpan())],
        GenericSecret generic => [.. generic.Fields.Values.SelectMany(static value => Spell(value.GetSpan()))],
        _ => [],
    };

    public static SensitiveBytes NewBytes(int length) => SensitiveBytes.Copy(RandomNumberGenerator.GetBytes(length));

    private static ValidationContext NewTrust(TimeProvider clock)
    {
        using var authority = new TestCertificateAuthority($"Conformance CA {Guid.NewGuid():N}", clock);
        return authority.Trust;
    }

    // Begins where a line of PEM does, so that its base64 is a part of the whole's.
    private static ReadOnlySpan<byte> Middle(ReadOnlySpan<byte> pkcs8) => pkcs8[Math.Max(PemLine, pkcs8.Length / 3 / PemLine * PemLine)..];

    private static ImmutableArray<string> Spell(ReadOnlySpan<byte> bytes)
    {
        var base64 = Convert.ToBase64String(bytes);
        var hex = Convert.ToHexString(bytes);
        return [base64[..Math.Min(MarkerLength, base64.Length)], hex[..Math.Min(MarkerLength, hex.Length)], hex[..Math.Min(MarkerLength, hex.Length)].ToLowerInvariant()];
    }
}
