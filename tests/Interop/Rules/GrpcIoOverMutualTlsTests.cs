namespace SecretProviders.Interop.Tests;

/// <summary>Every rule, driven by grpcio over TCP with mTLS by served secrets.</summary>
public static class GrpcIoOverMutualTlsTests
{
    public sealed class StateOfTheWorld(GrpcIoClient client) : StateOfTheWorldRules(client, Transport.MutualTls), IClassFixture<GrpcIoClient>;

    public sealed class Delta(GrpcIoClient client) : DeltaRules(client, Transport.MutualTls), IClassFixture<GrpcIoClient>;

    public sealed class OnDemand(GrpcIoClient client) : OnDemandRules(client, Transport.MutualTls), IClassFixture<GrpcIoClient>;

    public sealed class Fetch(GrpcIoClient client) : FetchRules(client, Transport.MutualTls), IClassFixture<GrpcIoClient>;

    public sealed class Applied(GrpcIoClient client) : AppliedRules(client, Transport.MutualTls), IClassFixture<GrpcIoClient>;
}
