using SecretProviders.Xds.Tests.Spiffe;
using SecretProviders.Xds.Tests.Spiffe.Conformance;

namespace SecretProviders.Interop.Tests.Spiffe;

/// <summary>A Workload API of other people's making.</summary>
public sealed class GoSpiffeHarness : SpiffeHarness
{
    private protected override IWorkloadServer Server { get; } = new GoWorkloadServer();
}
