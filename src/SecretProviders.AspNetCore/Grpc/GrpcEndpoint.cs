using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SecretProviders.AspNetCore.Peers;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.AspNetCore.Grpc;

/// <summary>Runs a handler as a gRPC method on an HTTP request, and turns what becomes of it into a gRPC status.</summary>
internal sealed partial class GrpcEndpoint(GrpcHandler handler, int maxMessageSize, IHostApplicationLifetime lifetime, TimeProvider timeProvider, ILogger<GrpcEndpoint> logger)
{
    private readonly PeerCauses _causes = new(timeProvider);

    /// <summary>Serves one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (!Accept(context))
        {
            return;
        }

        LiftLimits(context);
        context.Response.ContentType = GrpcNames.ContentType;
        context.Response.Headers[GrpcNames.AcceptEncoding] = GrpcNames.AcceptedEncodings;
        if (!TryReadTimeout(context, out var timeout))
        {
            new GrpcServerCall(context, maxMessageSize, context.RequestAborted).End(
                new GrpcStatus(GrpcStatusCode.InvalidArgument, "The grpc-timeout is not understood: write at most eight digits and one of H, M, S, m, u, n."));
            return;
        }

        var peer = PeerConnection.Of(context.Features);
        if (peer?.TryOpenStream() == false)
        {
            var refusal = new GrpcStatus(GrpcStatusCode.ResourceExhausted, $"The peer has {peer.MaxStreams} calls open, as many as it may: close some, or use one call for several secrets.");
            Refused(context, refusal);
            new GrpcServerCall(context, maxMessageSize, context.RequestAborted).End(refusal);
            return;
        }

        try
        {
            await ServeAsync(context, timeout).ConfigureAwait(false);
        }
        finally
        {
            peer?.CloseStream();
        }
    }

    private async Task ServeAsync(HttpContext context, TimeSpan? timeout)
    {
        using var deadline = timeout is { } limit ? new CancellationTokenSource(limit, timeProvider) : null;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, lifetime.ApplicationStopping, deadline?.Token ?? CancellationToken.None);
        var call = new GrpcServerCall(context, maxMessageSize, ending.Token);
        var status = await RunAsync(call, deadline?.Token ?? CancellationToken.None).ConfigureAwait(false);
        call.Release();
        if (!context.RequestAborted.IsCancellationRequested)
        {
            call.End(status);
        }
    }

    private static bool Accept(HttpContext context)
    {
        if (!GrpcNames.IsContentType(context.Request.ContentType))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return false;
        }

        if (HttpProtocol.IsHttp2(context.Request.Protocol) || HttpProtocol.IsHttp3(context.Request.Protocol))
        {
            return true;
        }

        context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
        context.Response.Headers.Upgrade = "h2c";
        return false;
    }

    /// <summary>A stream may be silent for weeks and may carry any number of bytes in its life.</summary>
    private static void LiftLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }

    private static bool TryReadTimeout(HttpContext context, out TimeSpan? timeout)
    {
        timeout = null;
        if (context.Request.Headers[GrpcNames.Timeout] is not [{ } text])
        {
            return true;
        }

        if (!GrpcTimeout.TryParse(text, out var parsed))
        {
            return false;
        }

        timeout = parsed <= GrpcTimeout.LongestTimer ? parsed : null;
        return true;
    }

    private async Task<GrpcStatus> RunAsync(GrpcServerCall call, CancellationToken deadline)
    {
        try
        {
            await handler(call).ConfigureAwait(false);
            return GrpcStatus.OK;
        }
        catch (GrpcException exception)
        {
            Refused(call.Context, exception.Status);
            return exception.Status;
        }
        catch (Exception) when (deadline.IsCancellationRequested)
        {
            return new GrpcStatus(GrpcStatusCode.DeadlineExceeded, "The deadline of the call has passed.");
        }
        catch (Exception) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return new GrpcStatus(GrpcStatusCode.Unavailable, "The server is shutting down: connect again later.");
        }
        catch (Exception exception) when (exception is OperationCanceledException or ConnectionAbortedException or IOException)
        {
            return new GrpcStatus(GrpcStatusCode.Cancelled, "The peer has left.");
        }
        catch (Exception exception)
        {
            CallFailed(logger, call.Context.Request.Path, call.Context.Connection.Id, exception);
            return new GrpcStatus(GrpcStatusCode.Internal, "The server failed: see its log.");
        }
    }

    // The status is the cause: the text may hold what the peer sent, and a peer must not make up new causes for ever.
    private void Refused(HttpContext context, GrpcStatus status)
    {
        var peer = PeerName.Of(context);
        if (_causes.IsNews(peer, status.Code.ToString()))
        {
            CallRefused(logger, context.Request.Path, peer, context.Connection.Id, status.Code, status.Message);
        }
    }
}
