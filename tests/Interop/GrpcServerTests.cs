using Google.Protobuf.WellKnownTypes;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.Interop.Tests;

/// <summary>Our client half against every independent server, over a Unix socket and over TCP.</summary>
public abstract class GrpcServerTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-echo-");
    private ClientProcess? _server;
    private string? _port;

    private string SocketPath => Path.Combine(_folder.FullName, "echo.sock");

    public async ValueTask InitializeAsync()
    {
        _server = Start(SocketPath);
        _port = await _server.ReadLineAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Ping_pong_keeps_order(Transport transport)
    {
        using var channel = Connect(transport);
        await using var call = channel.Start(Method("Echo"));

        for (var round = 0; round < 200; round++)
        {
            await call.WriteAsync(new StringValue { Value = $"{round}" });
            Assert.Equal($"{round}", (await call.ReadAsync())!.Value);
        }

        call.CompleteRequests();
        Assert.Null(await call.ReadAsync());
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Large_messages_pass_both_ways(Transport transport)
    {
        using var channel = Connect(transport);
        var text = new string('x', 3_000_000);

        Assert.Equal(text, (await channel.CallAsync(Method("Echo"), new StringValue { Value = text })).Value);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Packed_responses_are_unpacked(Transport transport)
    {
        using var channel = Connect(transport);
        var text = string.Concat(Enumerable.Repeat("again and again ", 10_000));

        Assert.Equal(text, (await channel.CallAsync(Method("EchoPacked"), new StringValue { Value = text })).Value);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Packed_response_beyond_the_limit_is_refused(Transport transport)
    {
        using var channel = Connect(transport, new GrpcChannelOptions { MaxMessageSize = 100_000 });
        var text = new string('x', 1_000_000);

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Method("EchoPacked"), new StringValue { Value = text }));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Status.Code);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Stream_that_ends_without_a_message_is_ok(Transport transport)
    {
        using var channel = Connect(transport);
        await using var call = channel.Start(Method("End"));

        Assert.Null(await call.ReadAsync());
    }

    [Theory]
    [InlineData(Transport.UnixSocket, "Fail")]
    [InlineData(Transport.LoopbackTcp, "Fail")]
    [InlineData(Transport.UnixSocket, "FailLate")]
    [InlineData(Transport.LoopbackTcp, "FailLate")]
    public async Task Failure_carries_its_code_and_message(Transport transport, string method)
    {
        using var channel = Connect(transport);

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Method(method), new StringValue { Value = "x" }));

        Assert.Equal(new GrpcStatus(GrpcStatusCode.FailedPrecondition, "Grüße, 100 % 🦀"), failure.Status);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Unknown_method_is_unimplemented(Transport transport)
    {
        using var channel = Connect(transport);

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Method("Nothing"), new StringValue()));

        Assert.Equal(GrpcStatusCode.Unimplemented, failure.Status.Code);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Deadline_is_kept_by_the_one_or_the_other(Transport transport)
    {
        using var channel = Connect(transport);

        var failure = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            await using var call = channel.Start(Method("Wait"), TimeSpan.FromMilliseconds(200));
            await call.ReadAsync();
        });

        Assert.Equal(GrpcStatusCode.DeadlineExceeded, failure.Status.Code);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Killed_server_is_unavailable_and_so_is_the_next_call(Transport transport)
    {
        using var channel = Connect(transport);
        await using var call = channel.Start(Method("Echo"));
        await call.WriteAsync(new StringValue { Value = "x" });
        await call.ReadAsync();

        await _server!.KillAsync();
        var lost = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync());
        var refused = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Method("Echo"), new StringValue()));

        Assert.Equal((GrpcStatusCode.Unavailable, GrpcStatusCode.Unavailable), (lost.Status.Code, refused.Status.Code));
    }

    private protected abstract ClientProcess Start(string socketPath);

    private static GrpcMethod<StringValue, StringValue> Method(string name) => new("test.Service", name, StringValue.Parser);

    private GrpcChannel Connect(Transport transport, GrpcChannelOptions? options = null) =>
        new(transport == Transport.UnixSocket ? $"unix:{SocketPath}" : $"http://127.0.0.1:{_port}", options);
}
