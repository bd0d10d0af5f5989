using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.AspNetCore.Grpc;

/// <summary>Maps gRPC methods as endpoints.</summary>
internal static class GrpcRouting
{
    private const string AnyMethod = "{service}/{method}";

    /// <summary>Maps one method.</summary>
    /// <param name="endpoints">Where to map it.</param>
    /// <param name="path">The path: the service's full name and the method's name.</param>
    /// <param name="maxMessageSize">The size of the largest request.</param>
    /// <param name="handler">Answers calls.</param>
    public static IEndpointConventionBuilder MapGrpc(this IEndpointRouteBuilder endpoints, string path, int maxMessageSize, GrpcHandler handler) =>
        endpoints.MapPost(path, endpoints.Delegate(maxMessageSize, handler)).WithDisplayName($"gRPC {path}");

    /// <summary>Answers calls of methods that nobody has mapped, as gRPC demands; leaves other requests alone.</summary>
    public static IEndpointConventionBuilder MapUnknownGrpc(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapFallback(AnyMethod, endpoints.Delegate(maxMessageSize: 0, static call =>
            throw new GrpcException(GrpcStatusCode.Unimplemented, $"The method {call.Context.Request.Path} is not served here.")))
            .WithMetadata(new GrpcContentOnly())
            .WithDisplayName("gRPC unknown method");

    private static RequestDelegate Delegate(this IEndpointRouteBuilder endpoints, int maxMessageSize, GrpcHandler handler)
    {
        var services = endpoints.ServiceProvider;
        return new GrpcEndpoint(
            handler,
            maxMessageSize,
            services.GetRequiredService<IHostApplicationLifetime>(),
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetRequiredService<ILogger<GrpcEndpoint>>()).InvokeAsync;
    }

    /// <summary>Lets routing pass by for content that is not gRPC.</summary>
    private sealed class GrpcContentOnly : IAcceptsMetadata
    {
        public IReadOnlyList<string> ContentTypes { get; } = [GrpcNames.ContentType, $"{GrpcNames.ContentType}+proto"];

        public Type? RequestType => null;

        public bool IsOptional => false;
    }
}
