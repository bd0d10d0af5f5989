using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SecretProviders.AspNetCore;
using SecretProviders.AspNetCore.Grpc;
using SecretProviders.AspNetCore.Health;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds gRPC health checks beside SDS.</summary>
public static class SecretDiscoveryHealthEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>Check</c> and <c>Watch</c> of <c>grpc.health.v1.Health</c>. The server as a whole (<c>""</c>) and
    /// <c>envoy.service.secret.v3.SecretDiscoveryService</c> are SERVING while ready, and NOT_SERVING otherwise and
    /// from the moment the application stops. Do not add it to an application that serves this protocol already.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="isReady">Tells whether the server is ready, or null when it always is. Called by any thread, at most about ten times a second.</param>
    /// <returns>Takes conventions for both methods together.</returns>
    public static IEndpointConventionBuilder MapSecretDiscoveryHealth(this IEndpointRouteBuilder endpoints, Func<bool>? isReady = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var health = new HealthEndpoints(
            isReady ?? (static () => true),
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        return new EndpointConventions(
        [
            endpoints.MapGrpc($"/{HealthEndpoints.Service}/Check", HealthEndpoints.MaxRequestSize, health.CheckAsync),
            endpoints.MapGrpc($"/{HealthEndpoints.Service}/Watch", HealthEndpoints.MaxRequestSize, health.WatchAsync),
        ]);
    }
}
