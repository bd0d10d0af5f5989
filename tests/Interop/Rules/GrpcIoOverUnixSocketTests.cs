namespace SecretProviders.Interop.Tests;

/// <summary>Every rule, driven by grpcio over a Unix socket.</summary>
public static class GrpcIoOverUnixSocketTests
{
    public sealed class StateOfTheWorld(GrpcIoClient client) : StateOfTheWorldRules(client, Transport.UnixSocket), IClassFixture<GrpcIoClient>;

    public sealed class Delta(GrpcIoClient client) : DeltaRules(client, Transport.UnixSocket), IClassFixture<GrpcIoClient>;

    public sealed class OnDemand(GrpcIoClient client) : OnDemandRules(client, Transport.UnixSocket), IClassFixture<GrpcIoClient>;

    public sealed class Fetch(GrpcIoClient client) : FetchRules(client, Transport.UnixSocket), IClassFixture<GrpcIoClient>;

    public sealed class Applied(GrpcIoClient client) : AppliedRules(client, Transport.UnixSocket), IClassFixture<GrpcIoClient>;
}
