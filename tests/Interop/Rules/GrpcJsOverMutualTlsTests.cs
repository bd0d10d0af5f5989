namespace SecretProviders.Interop.Tests;

/// <summary>Every rule, driven by grpc-js over TCP with mTLS by served secrets.</summary>
public static class GrpcJsOverMutualTlsTests
{
    public sealed class StateOfTheWorld(GrpcJsClient client) : StateOfTheWorldRules(client, Transport.MutualTls), IClassFixture<GrpcJsClient>;

    public sealed class Delta(GrpcJsClient client) : DeltaRules(client, Transport.MutualTls), IClassFixture<GrpcJsClient>;

    public sealed class OnDemand(GrpcJsClient client) : OnDemandRules(client, Transport.MutualTls), IClassFixture<GrpcJsClient>;

    public sealed class Fetch(GrpcJsClient client) : FetchRules(client, Transport.MutualTls), IClassFixture<GrpcJsClient>;

    public sealed class Applied(GrpcJsClient client) : AppliedRules(client, Transport.MutualTls), IClassFixture<GrpcJsClient>;
}
