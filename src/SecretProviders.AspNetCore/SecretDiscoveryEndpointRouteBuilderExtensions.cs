using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SecretProviders;
using SecretProviders.AspNetCore;
using SecretProviders.AspNetCore.Grpc;
using SecretProviders.AspNetCore.Sds;
using SecretProviders.Xds;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds Envoy's Secret Discovery Service (SDS) to an application.</summary>
public static class SecretDiscoveryEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>StreamSecrets</c>, <c>DeltaSecrets</c> and <c>FetchSecrets</c> over gRPC, serving the registered
    /// <see cref="ISecretProvider"/>. Gives no access control of its own: whoever can connect to the listener can ask
    /// for every name, so listen where only the right peers can connect, or add conventions to the result.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="configure">Changes settings, or null for the defaults.</param>
    /// <returns>Takes conventions for all methods together.</returns>
    public static IEndpointConventionBuilder MapSecretDiscovery(this IEndpointRouteBuilder endpoints, Action<SecretDiscoveryOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var options = new SecretDiscoveryOptions();
        configure?.Invoke(options);
        SecretDiscoveryOptionsCheck.Require(options);

        var services = endpoints.ServiceProvider;
        var sds = new SecretDiscoveryEndpoints(
            services.GetRequiredService<ISecretProvider>(),
            options,
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetRequiredService<ILogger<SecretDiscoveryEndpoints>>());
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(sds.Dispose);
        return new EndpointConventions(
        [
            endpoints.MapGrpc($"/{SecretDiscoveryEndpoints.Service}/StreamSecrets", options.MaxRequestSize, sds.StreamSecretsAsync),
            endpoints.MapGrpc($"/{SecretDiscoveryEndpoints.Service}/DeltaSecrets", options.MaxRequestSize, sds.DeltaSecretsAsync),
            endpoints.MapGrpc($"/{SecretDiscoveryEndpoints.Service}/FetchSecrets", options.MaxRequestSize, sds.FetchSecretsAsync),
            endpoints.MapUnknownGrpc(),
        ]);
    }
}
