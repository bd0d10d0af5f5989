using System.Collections.Immutable;

namespace SecretProviders.Xds.Tests.Spiffe.Conformance;

/// <summary>The same over the stream of bundles, which has a life of its own.</summary>
public sealed class FakeSpiffeBundleHarness : SpiffeHarness
{
    public override ImmutableArray<SecretKind> Kinds => [SecretKind.ValidationContext];

    public override ImmutableArray<string> UnusualNames => ["a.b", "with-dash_and_underscore", "1.2.3.4"];

    private protected override IWorkloadServer Server { get; } = new FakeWorkloadServer();
}
