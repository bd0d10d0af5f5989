namespace SecretProviders.Interop.Tests.Sds;

/// <summary>go-control-plane's LinearCache by the same variant: it compares versions only, and never answers for a name that is not there.</summary>
public sealed class GoLinearHarness : GoStateOfTheWorldHarness
{
    private protected override ClientProcess Start(string socket) => new(Components.GoSdsServer, socket, "linear");
}
