using Microsoft.AspNetCore.Builder;
using SecretProviders.AspNetCore.Health;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Protos.Health;
using static SecretProviders.AspNetCore.Tests.SdsMethods;
using ServingStatus = SecretProviders.Xds.Protos.Health.HealthCheckResponse.Types.ServingStatus;

namespace SecretProviders.AspNetCore.Tests.Health;

/// <summary>grpc.health.v1 beside SDS on the same socket.</summary>
public sealed class HealthTests
{
    private static readonly GrpcMethod<HealthCheckRequest, HealthCheckResponse> Check = new("grpc.health.v1.Health", "Check", HealthCheckResponse.Parser);
    private static readonly GrpcMethod<HealthCheckRequest, HealthCheckResponse> Watch = new("grpc.health.v1.Health", "Watch", HealthCheckResponse.Parser);
    private volatile bool _isReady = true;

    [Theory]
    [InlineData("")]
    [InlineData(Service)]
    public async Task Ready_server_is_serving(string service)
    {
        await using var server = await StartAsync();
        using var channel = server.Connect();

        Assert.Equal(ServingStatus.Serving, (await channel.CallAsync(Check, new HealthCheckRequest { Service = service })).Status);
    }

    [Fact]
    public async Task Server_that_is_not_ready_is_not_serving()
    {
        _isReady = false;
        await using var server = await StartAsync();
        using var channel = server.Connect();

        Assert.Equal(ServingStatus.NotServing, (await channel.CallAsync(Check, new HealthCheckRequest())).Status);
    }

    [Fact]
    public async Task Server_without_a_condition_is_serving()
    {
        await using var server = await SdsServer.StartAsync(map: static app => app.MapSecretDiscoveryHealth());
        using var channel = server.Connect();

        Assert.Equal(ServingStatus.Serving, (await channel.CallAsync(Check, new HealthCheckRequest())).Status);
    }

    [Fact]
    public async Task Unknown_service_is_not_found()
    {
        await using var server = await StartAsync();
        using var channel = server.Connect();

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Check, new HealthCheckRequest { Service = "nobody" }));

        Assert.Equal(GrpcStatusCode.NotFound, failure.Status.Code);
    }

    [Fact]
    public async Task Watch_of_an_unknown_service_stays_open()
    {
        await using var server = await StartAsync();
        using var channel = server.Connect();
        await using var call = await WatchAsync(channel, "nobody");

        Assert.Equal(ServingStatus.ServiceUnknown, (await call.ReadAsync())!.Status);
        var end = call.ReadAsync().AsTask();
        await channel.CallAsync(Check, new HealthCheckRequest());
        Assert.False(end.IsCompleted);
    }

    [Fact]
    public async Task Watch_tells_each_change()
    {
        await using var server = await StartAsync();
        using var channel = server.Connect();
        await using var call = await WatchAsync(channel, Service);
        Assert.Equal(ServingStatus.Serving, (await call.ReadAsync())!.Status);

        foreach (var isReady in new[] { false, true, false })
        {
            _isReady = isReady;
            server.Time.Advance(HealthEndpoints.Interval);
            Assert.Equal(isReady ? ServingStatus.Serving : ServingStatus.NotServing, (await call.ReadAsync())!.Status);
        }
    }

    [Fact]
    public async Task Watch_tells_nothing_twice()
    {
        await using var server = await StartAsync();
        using var channel = server.Connect();
        await using var call = await WatchAsync(channel, Service);
        await call.ReadAsync();
        server.Time.Advance(HealthEndpoints.Interval);
        await channel.CallAsync(Check, new HealthCheckRequest());

        _isReady = false;
        server.Time.Advance(HealthEndpoints.Interval);

        Assert.Equal(ServingStatus.NotServing, (await call.ReadAsync())!.Status);
    }

    [Fact]
    public async Task Any_number_of_questions_costs_one_judgement_for_a_moment()
    {
        var judgements = 0;
        await using var server = await SdsServer.StartAsync(map: app => app.MapSecretDiscoveryHealth(() => Interlocked.Increment(ref judgements) > 0 && _isReady));
        using var channel = server.Connect();
        for (var question = 0; question < 20; question++)
        {
            await channel.CallAsync(Check, new HealthCheckRequest());
        }

        Assert.Equal(1, judgements);
        _isReady = false;
        server.Time.Advance(2 * HealthEndpoints.Freshness);

        Assert.Equal(ServingStatus.NotServing, (await channel.CallAsync(Check, new HealthCheckRequest())).Status);
        Assert.Equal(2, judgements);
    }

    [Fact]
    public async Task Watch_ends_as_not_serving_and_unavailable_when_the_server_stops()
    {
        await using var server = await StartAsync();
        using var channel = server.Connect();
        await using var call = await WatchAsync(channel, Service);
        await call.ReadAsync();

        var stopping = server.StopAsync();

        // Whoever closes a connection with unread frames resets it, and then the last message may be lost on its way;
        // what never comes is SERVING, and the end is always UNAVAILABLE.
        var told = new List<ServingStatus>();
        var failure = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            while (await call.ReadAsync() is { } response)
            {
                told.Add(response.Status);
            }
        });
        Assert.Equal(GrpcStatusCode.Unavailable, failure.Status.Code);
        Assert.DoesNotContain(told, static status => status != ServingStatus.NotServing);
        await stopping;
    }

    [Fact]
    public async Task Message_that_is_no_request_is_refused()
    {
        await using var server = await StartAsync();
        using var client = new RawGrpcClient(server.SocketPath);

        using var response = await client.PostAsync("/grpc.health.v1.Health/Check", new ByteArrayContent(RawGrpcClient.Frame(0, [0x0a, 0x7f])));

        Assert.Equal((int)GrpcStatusCode.InvalidArgument, (await RawGrpcClient.StatusAsync(response)).Status);
    }

    private static async Task<GrpcCall<HealthCheckRequest, HealthCheckResponse>> WatchAsync(GrpcChannel channel, string service)
    {
        var call = channel.Start(Watch);
        await call.WriteAsync(new HealthCheckRequest { Service = service });
        return call;
    }

    private Task<SdsServer> StartAsync() => SdsServer.StartAsync(map: app => app.MapSecretDiscoveryHealth(() => _isReady));
}
