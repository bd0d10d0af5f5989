using Microsoft.Extensions.Logging;
using SecretProviders.AspNetCore.Grpc;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Sds;

namespace SecretProviders.AspNetCore.Sds;

/// <summary>The methods of the Secret Discovery Service, each a session on the wire.</summary>
internal sealed class SecretDiscoveryEndpoints(ISecretProvider provider, SecretDiscoveryOptions options, TimeProvider timeProvider, ILogger<SecretDiscoveryEndpoints> logger) : IDisposable
{
    public const string Service = "envoy.service.secret.v3.SecretDiscoveryService";

    private readonly SecretDiscoveryMetrics _metrics = new(provider);

    public Task StreamSecretsAsync(GrpcServerCall call) => RunAsync(call, SecretDiscoveryProtocol.StateOfTheWorld);

    public Task DeltaSecretsAsync(GrpcServerCall call) => RunAsync(call, SecretDiscoveryProtocol.Delta);

    public async Task FetchSecretsAsync(GrpcServerCall call)
    {
        try
        {
            var request = await call.ReadOnlyMessageAsync().ConfigureAwait(false);
            var response = await SecretFetch.AnswerAsync(
                provider, PeerIdentity.Of(call.Context), request, options, timeProvider, call.CancellationToken).ConfigureAwait(false);
            await WriteAsync(call, response, call.CancellationToken).ConfigureAwait(false);
        }
        catch (SecretDiscoveryException exception)
        {
            throw new GrpcException(exception.Status, exception.Message, exception);
        }
    }

    /// <summary>Ends what is counted.</summary>
    public void Dispose() => _metrics.Dispose();

    private static ValueTask<bool> WriteAsync(GrpcServerCall call, SecretDiscoveryResponse response, CancellationToken cancellationToken) =>
        call.WriteAsync(response.Length, response, static (message, writer) => message.WriteTo(writer), cancellationToken);

    private async Task RunAsync(GrpcServerCall call, SecretDiscoveryProtocol protocol)
    {
        var session = new SecretDiscoverySession(provider, PeerIdentity.Of(call.Context), protocol, options, timeProvider, logger) { Metrics = _metrics };
        await using var end = session.ConfigureAwait(false);

        // One registration for the call, and none for each of its reads and writes.
        using var leaving = call.CancellationToken.UnsafeRegister(static call => ((GrpcServerCall)call!).Stop(), call);
        var reading = ReadAllAsync(call, session);
        var writing = WriteAllAsync(call, session);
        var first = await Task.WhenAny(reading, writing).ConfigureAwait(false);
        call.Stop();
        await session.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(reading, writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await first.ConfigureAwait(false);
            call.CancellationToken.ThrowIfCancellationRequested();
        }
        catch (SecretDiscoveryException exception)
        {
            throw new GrpcException(exception.Status, exception.Message, exception);
        }
    }

    private static async Task ReadAllAsync(GrpcServerCall call, SecretDiscoverySession session)
    {
        while (await call.ReadAsync(CancellationToken.None).ConfigureAwait(false) is { } request)
        {
            session.Receive(request);
        }
    }

    private static async Task WriteAllAsync(GrpcServerCall call, SecretDiscoverySession session)
    {
        await foreach (var response in session.ReadResponsesAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (!await WriteAsync(call, response, CancellationToken.None).ConfigureAwait(false))
            {
                return;
            }
        }
    }
}
