using SecretProviders.Xds.Grpc;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Sds;

public sealed class DeltaSecretsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Absence_arrival_and_removal_reach_a_client(bool unixSocket)
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = new GrpcChannel(unixSocket ? server.UnixAddress : server.TcpAddress);
        await using var call = channel.Start(DeltaSecrets);

        await call.WriteAsync(new() { TypeUrl = SecretType, ResourceNamesSubscribe = { "a" } });
        var absent = await call.ReadAsync();
        await call.WriteAsync(new() { ResponseNonce = absent!.Nonce });
        server.Provider.Set("a", Generic("one"));
        var found = await call.ReadAsync();
        await call.WriteAsync(new() { ResponseNonce = found!.Nonce });
        server.Provider.Remove("a");
        var removed = await call.ReadAsync();

        Assert.Equal(["a"], absent.RemovedResources);
        Assert.Equal("a", Assert.Single(found.Resources).Name);
        Assert.Equal(["a"], removed!.RemovedResources);
    }

    [Fact]
    public async Task Resuming_on_another_replica_sends_only_what_changed()
    {
        await using var second = await SdsServer.StartAsync();
        var unchanged = Generic("one");
        second.Provider.Set("a", unchanged);
        second.Provider.Set("b", Generic("new"));
        using var channel = second.Connect();
        await using var call = channel.Start(DeltaSecrets);

        // What the peer holds from the first replica: versions are ids of content, equal everywhere.
        await call.WriteAsync(new()
        {
            ResourceNamesSubscribe = { "a", "b" },
            InitialResourceVersions = { ["a"] = second.Provider.Current("a").Version.Value, ["b"] = "older" },
        });
        var response = await call.ReadAsync();

        Assert.Equal("b", Assert.Single(response!.Resources).Name);
    }
}
