using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SecretProviders.AspNetCore.Grpc;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Grpc;

/// <summary>Our client and our server against each other, for what SDS itself does not show.</summary>
public sealed class GrpcEndpointTests
{
    private const int MaxMessageSize = 4 * 1024 * 1024;

    private static GrpcMethod<StringValue, StringValue> Method(string name) => new("test.Service", name, StringValue.Parser);

    [Fact]
    public async Task Unary_call_returns_its_response()
    {
        await using var server = await StartAsync("Echo", EchoAsync);
        using var channel = server.Connect();

        var response = await channel.CallAsync(Method("Echo"), new StringValue { Value = "hello" });

        Assert.Equal("hello", response.Value);
    }

    [Fact]
    public async Task Ping_pong_keeps_order()
    {
        await using var server = await StartAsync("Echo", EchoAsync);
        using var channel = server.Connect();
        await using var call = channel.Start(Method("Echo"));

        for (var round = 0; round < 200; round++)
        {
            await call.WriteAsync(new StringValue { Value = $"{round}" });
            Assert.Equal($"{round}", (await call.ReadAsync())!.Value);
        }

        call.CompleteRequests();
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task Messages_of_three_megabytes_pass_both_ways()
    {
        await using var server = await StartAsync("Echo", EchoAsync);
        using var channel = server.Connect();
        var text = new string('x', 3_000_000);

        var response = await channel.CallAsync(Method("Echo"), new StringValue { Value = text });

        Assert.Equal(text, response.Value);
    }

    [Fact]
    public async Task Request_beyond_the_limit_is_refused_by_the_server()
    {
        await using var server = await StartAsync("Echo", EchoAsync);
        using var channel = server.Connect();

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Method("Echo"), new StringValue { Value = new string('x', 5_000_000) }));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Status.Code);
    }

    [Fact]
    public async Task Response_beyond_the_limit_is_refused_by_the_client()
    {
        await using var server = await StartAsync("Echo", EchoAsync);
        using var channel = server.Connect(new GrpcChannelOptions { MaxMessageSize = 1000 });

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Method("Echo"), new StringValue { Value = new string('x', 2000) }));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Status.Code);
    }

    [Theory]
    [InlineData("plain words")]
    [InlineData("Grüße, 100 %, 世界\n🦀")]
    public async Task Failure_carries_its_message(string message)
    {
        await using var server = await StartAsync("Fail", _ => throw new GrpcException(GrpcStatusCode.FailedPrecondition, message));
        using var channel = server.Connect();

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Method("Fail"), new StringValue()));

        Assert.Equal(new GrpcStatus(GrpcStatusCode.FailedPrecondition, message), failure.Status);
    }

    [Fact]
    public async Task Endless_message_of_a_failure_is_cut()
    {
        await using var server = await StartAsync("Fail", _ => throw new GrpcException(GrpcStatusCode.Aborted, new string('é', 100_000)));
        using var channel = server.Connect();

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Method("Fail"), new StringValue()));

        Assert.Equal(GrpcStatusCode.Aborted, failure.Status.Code);
        Assert.InRange(failure.Status.Message.Length, 1000, GrpcMessageText.MaxEncodedLength);
    }

    [Fact]
    public async Task Failure_after_messages_arrives_after_them()
    {
        await using var server = await StartAsync("Fail", async call =>
        {
            await EchoOnceAsync(call);
            throw new GrpcException(GrpcStatusCode.DataLoss, "and no more");
        });
        using var channel = server.Connect();
        await using var call = channel.Start(Method("Fail"));

        await call.WriteAsync(new StringValue { Value = "one" });

        Assert.Equal("one", (await call.ReadAsync())!.Value);
        var failure = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync());
        Assert.Equal(GrpcStatusCode.DataLoss, failure.Status.Code);
    }

    [Fact]
    public async Task Defect_becomes_internal_and_tells_nothing()
    {
        await using var server = await StartAsync("Fail", static _ => throw new InvalidOperationException("inner matters"));
        using var channel = server.Connect();

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Method("Fail"), new StringValue()));

        Assert.Equal(GrpcStatusCode.Internal, failure.Status.Code);
        Assert.DoesNotContain("inner matters", failure.Status.Message, StringComparison.Ordinal);
        Assert.Contains(3101, server.Logs.EventIds);
    }

    [Fact]
    public async Task Stream_that_ends_without_a_message_is_ok()
    {
        await using var server = await StartAsync("End", static _ => Task.CompletedTask);
        using var channel = server.Connect();
        await using var call = channel.Start(Method("End"));

        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task Write_after_the_end_says_so()
    {
        await using var server = await StartAsync("End", static _ => Task.CompletedTask);
        using var channel = server.Connect();
        await using var call = channel.Start(Method("End"));
        Assert.Null(await call.ReadAsync());

        // The server's end resets the request body in its own time.
        while (await call.WriteAsync(new StringValue { Value = "late" }))
        {
        }

        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task Deadline_passes_at_the_server()
    {
        await using var server = await StartAsync("Wait", static call => Task.Delay(Timeout.Infinite, call.CancellationToken));
        using var client = new RawGrpcClient(server.SocketPath);

        var answer = client.PostAsync("/test.Service/Wait", new ByteArrayContent([]), "application/grpc", ("grpc-timeout", "3S"));
        await WhenTimerRunsAsync(server);
        server.Time.Advance(TimeSpan.FromSeconds(3));
        using var response = await answer;

        Assert.Equal((int)GrpcStatusCode.DeadlineExceeded, (await RawGrpcClient.StatusAsync(response)).Status);
    }

    [Fact]
    public async Task Deadline_passes_at_the_client()
    {
        await using var server = await StartAsync("Wait", static call => Task.Delay(Timeout.Infinite, call.CancellationToken));
        var time = new Testing.ManualTimeProvider();
        using var channel = server.Connect(new GrpcChannelOptions { TimeProvider = time });
        await using var call = channel.Start(Method("Wait"), TimeSpan.FromMinutes(1));

        time.Advance(TimeSpan.FromMinutes(1));
        var failure = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync());

        Assert.Equal(GrpcStatusCode.DeadlineExceeded, failure.Status.Code);
    }

    [Fact]
    public async Task Deadline_of_four_hundred_days_is_none()
    {
        await using var server = await StartAsync("Echo", EchoAsync);
        using var channel = server.Connect();

        var response = await channel.CallAsync(Method("Echo"), new StringValue { Value = "hello" }, TimeSpan.FromDays(400));

        Assert.Equal("hello", response.Value);
    }

    [Fact]
    public async Task Unreadable_deadline_is_refused()
    {
        await using var server = await StartAsync("Echo", EchoAsync);
        using var client = new RawGrpcClient(server.SocketPath);

        using var response = await client.PostAsync("/test.Service/Echo", new ByteArrayContent([]), "application/grpc", ("grpc-timeout", "soon"));

        Assert.Equal((int)GrpcStatusCode.InvalidArgument, (await RawGrpcClient.StatusAsync(response)).Status);
    }

    [Fact]
    public async Task Cancelled_call_cancels_the_handler()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync("Wait", async call =>
        {
            using var registration = call.CancellationToken.Register(cancelled.SetResult);
            await EchoOnceAsync(call);
            await cancelled.Task;
        });
        using var channel = server.Connect();
        using var cancellation = new CancellationTokenSource();
        await using var call = channel.Start(Method("Wait"), timeout: null, cancellation.Token);
        await call.WriteAsync(new StringValue { Value = "started" });
        await call.ReadAsync();

        await cancellation.CancelAsync();

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await call.ReadAsync());
    }

    [Fact]
    public async Task Unknown_method_is_unimplemented()
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = server.Connect();

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Method("Nobody"), new StringValue()));

        Assert.Equal(GrpcStatusCode.Unimplemented, failure.Status.Code);
        Assert.Contains("/test.Service/Nobody", failure.Status.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    public async Task Other_content_is_refused(string contentType)
    {
        await using var server = await SdsServer.StartAsync();
        using var client = new RawGrpcClient(server.SocketPath);

        using var response = await client.PostAsync($"/{Service}/StreamSecrets", new ByteArrayContent([]), contentType);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Other_posts_of_the_application_are_left_alone()
    {
        await using var server = await SdsServer.StartAsync(map: static app => app.MapFallback((RequestDelegate)(static context => context.Response.WriteAsync("mine"))));
        using var client = new RawGrpcClient(server.SocketPath);

        using var response = await client.PostAsync("/api/thing", new ByteArrayContent([]), "application/json");

        Assert.Equal("mine", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Refused_connection_is_unavailable()
    {
        using var channel = new GrpcChannel("unix:/nonexistent/sds.sock");

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Method("Echo"), new StringValue()));

        Assert.Equal(GrpcStatusCode.Unavailable, failure.Status.Code);
    }

    [Fact]
    public async Task Calls_after_a_lost_server_connect_again()
    {
        var first = await StartAsync("Echo", EchoAsync);
        var path = first.SocketPath;
        using var channel = first.Connect();
        await channel.CallAsync(Method("Echo"), new StringValue { Value = "one" });
        await first.StopAsync();
        await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Method("Echo"), new StringValue()));

        await first.DisposeAsync();
        await using var second = await StartAsync("Echo", EchoAsync, socketPath: path);
        var response = await channel.CallAsync(Method("Echo"), new StringValue { Value = "two" });

        Assert.Equal("two", response.Value);
    }

    private static Task<SdsServer> StartAsync(string method, GrpcHandler handler, string? socketPath = null) =>
        SdsServer.StartAsync(map: app => app.MapGrpc($"/test.Service/{method}", MaxMessageSize, handler), socketPath: socketPath);

    private static async Task EchoAsync(GrpcServerCall call)
    {
        while (await EchoOnceAsync(call))
        {
        }
    }

    private static async Task<bool> EchoOnceAsync(GrpcServerCall call)
    {
        if (await call.ReadAsync(call.CancellationToken) is not { } request)
        {
            return false;
        }

        var message = StringValue.Parser.ParseFrom(request);
        return await call.WriteAsync(message.CalculateSize(), message, static (value, writer) => value.WriteTo(writer), call.CancellationToken);
    }

    private static async Task WhenTimerRunsAsync(SdsServer server)
    {
        while (server.Time.ActiveTimers == 0)
        {
            await Task.Yield();
        }
    }
}
