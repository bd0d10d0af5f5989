using System.Collections.Immutable;
using SecretProviders.ConformanceTests;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>The variant of SDS that has no word for absence.</summary>
public sealed class StateOfTheWorldHarness : SdsHarness
{
    public override ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty
        .Add(SourceAbility.Delete, "This variant of SDS cannot say that a secret is gone.")
        .Add(SourceAbility.TellAbsence, "This variant of SDS cannot say that there is no such secret.");

    protected override bool Delta => false;
}
