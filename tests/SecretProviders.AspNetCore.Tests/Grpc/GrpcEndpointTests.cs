using System.Diagnostics;
using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.AspNetCore.Grpc;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Grpc;

/// <summary>Our client and our server against each other, for what SDS itself does not show.</summary>
public sealed class GrpcEndpointTests
{
    [Fact]
    public async Task Unary_call_returns_its_response()
    {
        await using var server = await EchoService.StartAsync("Echo", EchoService.EchoAsync);
        using var channel = server.Connect();

        var response = await channel.CallAsync(EchoService.Method("Echo"), new StringValue { Value = "hello" });

        Assert.Equal("hello", response.Value);
    }

    [Theory]
    [InlineData("HTTP/1.1", "application/grpc", StatusCodes.Status426UpgradeRequired)]
    [InlineData("HTTP/1.1", "text/plain", StatusCodes.Status415UnsupportedMediaType)]
    [InlineData("HTTP/2", "text/plain", StatusCodes.Status415UnsupportedMediaType)]
    public async Task What_is_no_grpc_is_refused_by_its_http_status(string protocol, string contentType, int status)
    {
        var context = new DefaultHttpContext();
        (context.Request.Protocol, context.Request.ContentType) = (protocol, contentType);
        var endpoint = new GrpcEndpoint(static _ => throw new UnreachableException(), 0, lifetime: null!, TimeProvider.System, NullLogger<GrpcEndpoint>.Instance);

        await endpoint.InvokeAsync(context);

        Assert.Equal(status, context.Response.StatusCode);
        Assert.Equal(status == StatusCodes.Status426UpgradeRequired ? "h2c" : "", context.Response.Headers.Upgrade.ToString());
    }

    [Fact]
    public async Task Ping_pong_keeps_order()
    {
        await using var server = await EchoService.StartAsync("Echo", EchoService.EchoAsync);
        using var channel = server.Connect();
        await using var call = channel.Start(EchoService.Method("Echo"));

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
        await using var server = await EchoService.StartAsync("Echo", EchoService.EchoAsync);
        using var channel = server.Connect();
        var text = new string('x', 3_000_000);

        var response = await channel.CallAsync(EchoService.Method("Echo"), new StringValue { Value = text });

        Assert.Equal(text, response.Value);
    }

    [Fact]
    public async Task Stream_may_carry_more_than_a_request_body_may()
    {
        await using var server = await EchoService.StartAsync("Echo", EchoService.EchoAsync);
        using var channel = server.Connect();
        await using var call = channel.Start(EchoService.Method("Echo"));
        var text = new string('x', 3_900_000);

        for (var round = 0; round < 10; round++)
        {
            await call.WriteAsync(new StringValue { Value = text });
            Assert.Equal(text.Length, (await call.ReadAsync())!.Value.Length);
        }
    }

    [Fact]
    public async Task Request_beyond_the_limit_is_refused_by_the_server()
    {
        await using var server = await EchoService.StartAsync("Echo", EchoService.EchoAsync);
        using var channel = server.Connect();

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(EchoService.Method("Echo"), new StringValue { Value = new string('x', 5_000_000) }));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Status.Code);
    }

    [Fact]
    public async Task Response_beyond_the_limit_is_refused_by_the_client()
    {
        await using var server = await EchoService.StartAsync("Echo", EchoService.EchoAsync);
        using var channel = server.Connect(new GrpcChannelOptions { MaxMessageSize = 1000 });

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(EchoService.Method("Echo"), new StringValue { Value = new string('x', 2000) }));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Status.Code);
    }

    [Fact]
    public async Task Unknown_method_is_unimplemented()
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = server.Connect();

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(EchoService.Method("Nobody"), new StringValue()));

        Assert.Equal(GrpcStatusCode.Unimplemented, failure.Status.Code);
        Assert.Contains("/test.Service/Nobody", failure.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_that_end_before_they_are_heard_leave_no_writer_waiting()
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = server.Connect();

        for (var round = 0; round < 200; round++)
        {
            await using var call = channel.Start(EchoService.Method($"Nobody{round}"));
            await call.WriteAsync(new StringValue());
            await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync());
        }
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
}
