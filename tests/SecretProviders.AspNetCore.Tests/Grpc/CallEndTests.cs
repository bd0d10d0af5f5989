using Google.Protobuf.WellKnownTypes;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.AspNetCore.Tests.Grpc;

/// <summary>How a call ends: with a status, a defect, a deadline, a cancellation or a lost connection.</summary>
public sealed class CallEndTests
{
    [Theory]
    [InlineData("plain words")]
    [InlineData("Grüße, 100 %, 世界\n🦀")]
    public async Task Failure_carries_its_message(string message)
    {
        await using var server = await EchoService.StartAsync("Fail", _ => throw new GrpcException(GrpcStatusCode.FailedPrecondition, message));
        using var channel = server.Connect();

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(EchoService.Method("Fail"), new StringValue()));

        Assert.Equal(new GrpcStatus(GrpcStatusCode.FailedPrecondition, message), failure.Status);
    }

    [Fact]
    public async Task Endless_message_of_a_failure_is_cut()
    {
        await using var server = await EchoService.StartAsync("Fail", _ => throw new GrpcException(GrpcStatusCode.Aborted, new string('é', 100_000)));
        using var channel = server.Connect();

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(EchoService.Method("Fail"), new StringValue()));

        Assert.Equal(GrpcStatusCode.Aborted, failure.Status.Code);
        Assert.InRange(failure.Status.Message.Length, 1000, GrpcMessageText.MaxEncodedLength);
    }

    [Fact]
    public async Task Failure_after_messages_arrives_after_them()
    {
        await using var server = await EchoService.StartAsync("Fail", async call =>
        {
            await EchoService.EchoOnceAsync(call);
            throw new GrpcException(GrpcStatusCode.DataLoss, "and no more");
        });
        using var channel = server.Connect();
        await using var call = channel.Start(EchoService.Method("Fail"));

        await call.WriteAsync(new StringValue { Value = "one" });

        Assert.Equal("one", (await call.ReadAsync())!.Value);
        var failure = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync());
        Assert.Equal(GrpcStatusCode.DataLoss, failure.Status.Code);
    }

    [Fact]
    public async Task Defect_becomes_internal_and_tells_nothing()
    {
        await using var server = await EchoService.StartAsync("Fail", static _ => throw new InvalidOperationException("inner matters"));
        using var channel = server.Connect();

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(EchoService.Method("Fail"), new StringValue()));

        Assert.Equal(GrpcStatusCode.Internal, failure.Status.Code);
        Assert.DoesNotContain("inner matters", failure.Status.Message, StringComparison.Ordinal);
        Assert.Contains(3101, server.Logs.EventIds);
    }

    [Fact]
    public async Task Stream_that_ends_without_a_message_is_ok()
    {
        await using var server = await EchoService.StartAsync("End", static _ => Task.CompletedTask);
        using var channel = server.Connect();
        await using var call = channel.Start(EchoService.Method("End"));

        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task Write_after_the_end_says_so()
    {
        await using var server = await EchoService.StartAsync("End", static _ => Task.CompletedTask);
        using var channel = server.Connect();
        await using var call = channel.Start(EchoService.Method("End"));
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
        await using var server = await EchoService.StartAsync("Wait", static call => Task.Delay(Timeout.Infinite, call.CancellationToken));
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
        await using var server = await EchoService.StartAsync("Wait", static call => Task.Delay(Timeout.Infinite, call.CancellationToken));
        var time = new Testing.ManualTimeProvider();
        using var channel = server.Connect(new GrpcChannelOptions { TimeProvider = time });
        await using var call = channel.Start(EchoService.Method("Wait"), TimeSpan.FromMinutes(1));

        time.Advance(TimeSpan.FromMinutes(1));
        var failure = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync());

        Assert.Equal(GrpcStatusCode.DeadlineExceeded, failure.Status.Code);
    }

    [Fact]
    public async Task Deadline_of_four_hundred_days_is_none()
    {
        await using var server = await EchoService.StartAsync("Echo", EchoService.EchoAsync);
        using var channel = server.Connect();

        var response = await channel.CallAsync(EchoService.Method("Echo"), new StringValue { Value = "hello" }, TimeSpan.FromDays(400));

        Assert.Equal("hello", response.Value);
    }

    [Fact]
    public async Task Unreadable_deadline_is_refused()
    {
        await using var server = await EchoService.StartAsync("Echo", EchoService.EchoAsync);
        using var client = new RawGrpcClient(server.SocketPath);

        using var response = await client.PostAsync("/test.Service/Echo", new ByteArrayContent([]), "application/grpc", ("grpc-timeout", "soon"));

        Assert.Equal((int)GrpcStatusCode.InvalidArgument, (await RawGrpcClient.StatusAsync(response)).Status);
    }

    [Fact]
    public async Task Cancelled_call_cancels_the_handler()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await EchoService.StartAsync("Wait", async call =>
        {
            using var registration = call.CancellationToken.Register(cancelled.SetResult);
            await EchoService.EchoOnceAsync(call);
            await cancelled.Task;
        });
        using var channel = server.Connect();
        using var cancellation = new CancellationTokenSource();
        await using var call = channel.Start(EchoService.Method("Wait"), timeout: null, cancellation.Token);
        await call.WriteAsync(new StringValue { Value = "started" });
        await call.ReadAsync();

        await cancellation.CancelAsync();

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await call.ReadAsync());
    }

    [Fact]
    public async Task Refused_connection_is_unavailable()
    {
        using var channel = new GrpcChannel("unix:/nonexistent/sds.sock");

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(EchoService.Method("Echo"), new StringValue()));

        Assert.Equal(GrpcStatusCode.Unavailable, failure.Status.Code);
    }

    [Fact]
    public async Task Calls_after_a_lost_server_connect_again()
    {
        var first = await EchoService.StartAsync("Echo", EchoService.EchoAsync);
        var path = first.SocketPath;
        using var channel = first.Connect();
        await channel.CallAsync(EchoService.Method("Echo"), new StringValue { Value = "one" });
        await first.StopAsync();
        await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(EchoService.Method("Echo"), new StringValue()));

        await first.DisposeAsync();
        await using var second = await EchoService.StartAsync("Echo", EchoService.EchoAsync, socketPath: path);
        var response = await channel.CallAsync(EchoService.Method("Echo"), new StringValue { Value = "two" });

        Assert.Equal("two", response.Value);
    }

    private static async Task WhenTimerRunsAsync(SdsServer server)
    {
        while (server.Time.ActiveTimers == 0)
        {
            await Task.Yield();
        }
    }
}
