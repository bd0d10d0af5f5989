using System.Collections.Immutable;
using SecretProviders.ConformanceTests;

namespace SecretProviders.Testing.Tests.Conformance;

/// <summary>A source without push over the toy store: the clock alone makes it look.</summary>
public class PolledToyHarness : ToyStoreHarness
{
    public override ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty
        .Add(SourceAbility.CountWatches, "A store that is polled knows of no watches.");

    public override ISecretSource CreateSource() => new PolledToySecretSource(Store, Clock, Logs);
}
