namespace SecretProviders.Xds.Tests.Spiffe.Conformance;

/// <summary>A Workload API in this process, on the real wire.</summary>
public sealed class FakeSpiffeHarness : SpiffeHarness
{
    private protected override IWorkloadServer Server { get; } = new FakeWorkloadServer();
}
