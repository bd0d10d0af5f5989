using Google.Protobuf;
using SecretProviders.AspNetCore.Grpc;
using SecretProviders.AspNetCore.Sds;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Protos.Health;
using ServingStatus = SecretProviders.Xds.Protos.Health.HealthCheckResponse.Types.ServingStatus;

namespace SecretProviders.AspNetCore.Health;

/// <summary>gRPC's health checking protocol (<c>grpc.health.v1</c>) for the whole server and for SDS, which are one.</summary>
/// <param name="isReady">Tells whether peers are welcome; asked at most ten times a second.</param>
/// <param name="timeProvider">The clock by which a watched status is looked at again.</param>
/// <param name="stopping">Cancelled when the server drains.</param>
internal sealed class HealthEndpoints(Func<bool> isReady, TimeProvider timeProvider, CancellationToken stopping)
{
    public const string Service = "grpc.health.v1.Health";

    /// <summary>A request holds the name of a service; longer ones are no names.</summary>
    public const int MaxRequestSize = 4 * 1024;

    /// <summary>How long a change of status may go unseen by a watching peer.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long one judgement serves all who ask: it may look at every name, and any number of peers may ask.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(100);

    private volatile Judgement? _latest;

    public async Task CheckAsync(GrpcServerCall call)
    {
        var service = Parse(await call.ReadOnlyMessageAsync().ConfigureAwait(false));
        if (!IsKnown(service))
        {
            throw new GrpcException(GrpcStatusCode.NotFound, $"Health is known of \"\" and of {SecretDiscoveryEndpoints.Service} only.");
        }

        await WriteAsync(call, Status, call.CancellationToken).ConfigureAwait(false);
    }

    public async Task WatchAsync(GrpcServerCall call)
    {
        // The protocol wants an unknown service to be watched all the same: it may be known one day.
        var isKnown = IsKnown(Parse(await call.ReadOnlyMessageAsync().ConfigureAwait(false)));
        using var timer = new PeriodicTimer(Interval, timeProvider);
        ServingStatus? told = null;
        try
        {
            do
            {
                var status = isKnown ? Status : ServingStatus.ServiceUnknown;
                if (status != told)
                {
                    told = status;
                    await WriteAsync(call, status, call.CancellationToken).ConfigureAwait(false);
                }
            }
            while (await timer.WaitForNextTickAsync(call.CancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (isKnown && stopping.IsCancellationRequested && !call.Context.RequestAborted.IsCancellationRequested)
        {
            await WriteAsync(call, ServingStatus.NotServing, call.Context.RequestAborted).ConfigureAwait(false);
            throw;
        }
    }

    private ServingStatus Status => !stopping.IsCancellationRequested && IsReady() ? ServingStatus.Serving : ServingStatus.NotServing;

    private bool IsReady()
    {
        if (_latest is not { } latest || timeProvider.GetElapsedTime(latest.At) >= Freshness)
        {
            _latest = latest = new Judgement(isReady(), timeProvider.GetTimestamp());
        }

        return latest.IsReady;
    }

    private static bool IsKnown(string service) => service.Length == 0 || service == SecretDiscoveryEndpoints.Service;

    private static string Parse(System.Buffers.ReadOnlySequence<byte> message)
    {
        try
        {
            return HealthCheckRequest.Parser.ParseFrom(message).Service;
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new GrpcException(GrpcStatusCode.InvalidArgument, "The message is not a HealthCheckRequest.", exception);
        }
    }

    private static ValueTask<bool> WriteAsync(GrpcServerCall call, ServingStatus status, CancellationToken cancellationToken)
    {
        var response = new HealthCheckResponse { Status = status };
        return call.WriteAsync(response.CalculateSize(), response, static (message, writer) => message.WriteTo(writer), cancellationToken);
    }

    private sealed record Judgement(bool IsReady, long At);
}
