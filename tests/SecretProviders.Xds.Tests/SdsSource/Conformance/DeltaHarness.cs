namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>The incremental variant of SDS.</summary>
public sealed class DeltaHarness : SdsHarness
{
    protected override bool Delta => true;

    public override Task DeleteAsync(SecretReference reference)
    {
        Server.Delete(reference.Key);
        return Task.CompletedTask;
    }
}
