namespace SecretProviders.Interop.Tests;

/// <summary>Every rule, driven by grpc-js over a Unix socket.</summary>
public static class GrpcJsOverUnixSocketTests
{
    public sealed class StateOfTheWorld(GrpcJsClient client) : StateOfTheWorldRules(client, Transport.UnixSocket), IClassFixture<GrpcJsClient>;

    public sealed class Delta(GrpcJsClient client) : DeltaRules(client, Transport.UnixSocket), IClassFixture<GrpcJsClient>;

    public sealed class OnDemand(GrpcJsClient client) : OnDemandRules(client, Transport.UnixSocket), IClassFixture<GrpcJsClient>;

    public sealed class Fetch(GrpcJsClient client) : FetchRules(client, Transport.UnixSocket), IClassFixture<GrpcJsClient>;

    public sealed class Applied(GrpcJsClient client) : AppliedRules(client, Transport.UnixSocket), IClassFixture<GrpcJsClient>;
}
