using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using SecretProviders.ConformanceTests;
using SecretProviders.DevelopmentCa;

namespace SecretProviders.Tests.Sources.DevelopmentCa;

/// <summary>A development CA makes its secrets itself; they change by the clock.</summary>
public sealed class DevelopmentCaHarness : SecretSourceHarness
{
    private const string NoStore = "The secrets are made in the source itself: there is no store that could fail.";
    private static readonly DevelopmentCaSecretSourceOptions Options = new();

    public override ImmutableArray<SecretKind> Kinds => [SecretKind.TlsCertificate];

    public override ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty
        .Add(SourceAbility.Write, "It issues what it serves.")
        .Add(SourceAbility.Delete, "It issues again what somebody watches.")
        .Add(SourceAbility.Absence, "Every well-formed name gets a certificate.")
        .Add(SourceAbility.CountWatches, NoStore)
        .Add(SourceAbility.CountReads, NoStore)
        .Add(SourceAbility.Down, NoStore)
        .Add(SourceAbility.Silent, NoStore)
        .Add(SourceAbility.Throttled, NoStore)
        .Add(SourceAbility.Denied, NoStore)
        .Add(SourceAbility.Unsound, NoStore);

    public override ImmutableArray<string> UnusualNames => ["a.b", "with-dash_and_underscore", "*.wild.example"];

    public override ISecretSource CreateSource() => new DevelopmentCaSecretSource("dev", Options, Clock, Logs.CreateLogger<DevelopmentCaSecretSource>());

    public override Task RotateAsync(SecretReference reference)
    {
        Clock.Advance(Options.RotateEvery);
        return Task.CompletedTask;
    }

    // It has nothing to look at, and the passing of time is a rotation.
    public override Task SettleAsync() => Task.CompletedTask;
}
