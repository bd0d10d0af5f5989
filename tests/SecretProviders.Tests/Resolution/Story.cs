using System.Collections.Immutable;
using System.Text;
using SecretProviders.Gates;
using SecretProviders.Publishing;
using SecretProviders.Resolution;
using SecretProviders.Testing;
using SecretProviders.Watching;

namespace SecretProviders.Tests.Resolution;

/// <summary>The words in which tests tell what sources said, and when: instants are seconds from one beginning.</summary>
internal static class Story
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly SecretState NotFound = new SecretState.NotFound();
    public static readonly SecretState Deleted = new SecretState.Removed(RemovalReason.Deleted);
    public static readonly SecretState Redacted = new SecretState.Removed(RemovalReason.Redacted);
    public static readonly SecretState Revoked = new SecretState.Removed(RemovalReason.Revoked);
    public static readonly SecretState Denied = new SecretState.Denied("grant it");
    public static readonly SecretState Invalid = new SecretState.Invalid(new SecretProblem(SecretProblemCode.KeyMismatch, "broken"));
    public static readonly SecretState Outage = new SecretState.Unavailable("lost");
    public static readonly SecretState Refused = new SecretState.Unavailable("refused") { Definite = true };

    public static readonly SecretRoute Route = new("a", [new RouteReference("s0"), new RouteReference("s1"), new RouteReference("s2")]);
    public static readonly SecretRoute TrustRoute = Route with { Rule = SecretRule.Union };

    private static readonly TestCertificateAuthority[] Authorities = [.. Enumerable.Range(0, 5).Select(static number => new TestCertificateAuthority($"CA {number}", new ManualTimeProvider()))];
    private static readonly SecretVersioner Versioner = new(SensitiveBytes.Copy(new byte[32]));

    /// <summary>Anchors that differ, in the order of their digests.</summary>
    public static readonly ImmutableArray<EncodedCertificate> Anchors = [.. Authorities.Select(static authority => authority.Certificate).OrderBy(static anchor => anchor.Sha256, StringComparer.Ordinal)];

    public static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    /// <summary>A find without an end, or with a lease.</summary>
    public static SecretState.Found Text(string value, double? until = null) =>
        new(new GenericSecret(SensitiveBytes.Copy(Encoding.UTF8.GetBytes(value)))) { ValidUntil = until is { } end ? At(end) : null };

    /// <summary>A certificate that is valid from one second to another.</summary>
    public static SecretState.Found Certificate(double from = -1000, double to = 1_000_000, params int[] trust) =>
        new(Authorities[0].Issue("a", new TestCertificateOptions { NotBefore = At(from), NotAfter = At(to) }).Secret) { Trust = trust.Length > 0 ? Context(trust) : null };

    public static ValidationContext Context(params int[] anchors) => new() { TrustAnchors = [.. anchors.Select(static anchor => Anchors[anchor])] };

    public static SecretState.Found Trust(params int[] anchors) => new(Context(anchors));

    public static Slot Source(string name = "s0") => new(name, Start);

    public static SecretVersion Version(Secret secret) => Versioner.Compute(secret);

    /// <summary>The source says something, which carries its last good find and its deletion as every source's states do.</summary>
    public static Slot Says(this Slot slot, double at, SecretState said, bool passes = true) => Says(slot, At(at), said, passes);

    public static Slot Says(this Slot slot, DateTimeOffset at, SecretState said, bool passes = true)
    {
        var state = SecretStateSequence.Next(slot.State, said, at);
        var judged = passes && state.LastGood is { } found ? new Candidate(found, Version(found.Secret)) : null;
        ImmutableArray<GateVerdict> verdicts = state.LastGood is null
            ? []
            : [passes ? GateVerdict.Pass("nameInSan", "ok") : GateVerdict.Fail("nameInSan", SecretProblemCode.NameMismatch, "not there")];
        return slot.Next(state, judged, verdicts, at);
    }

    public static NameResolution Resolve(this SecretRoute route, double at, params Slot[] slots) => Resolve(route, at, previous: null, slots);

    public static NameResolution Resolve(this SecretRoute route, double at, NameResolution? previous, params Slot[] slots) =>
        ResolutionRules.For(route.Rule).Resolve(new RuleInput(route, [.. slots], previous, At(at), Version));

    /// <summary>What a decision serves, as text.</summary>
    public static string? Served(this NameResolution resolution) =>
        resolution.Candidate?.Secret is GenericSecret { Value: { } value } ? Encoding.UTF8.GetString(value.GetSpan()) : resolution.Candidate?.Secret.ToString();

    public static void AssertServes(SecretState.Found expected, NameResolution actual, SecretStatus status = SecretStatus.Available)
    {
        Assert.Equal(status, actual.Status);
        Assert.Equal(expected.Secret, actual.Candidate?.Secret);
    }

    public static void AssertNothing(SecretStatus status, NameResolution actual)
    {
        Assert.Equal(status, actual.Status);
        Assert.Null(actual.Candidate);
    }
}
