namespace SecretProviders.Interop.Tests.Sds;

/// <summary>Our source in front of go-control-plane.</summary>
public abstract class GoSdsTest(bool delta, params string[] cache) : SdsServerTest(delta)
{
    private protected override ClientProcess Start() => new(Components.GoSdsServer, [Socket, .. cache]);
}
