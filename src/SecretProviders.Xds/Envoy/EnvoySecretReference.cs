using SecretProviders.Xds.Envoy;

namespace SecretProviders.Xds;

/// <summary>
/// Makes the references by which an Envoy asks for secrets. The bytes are frozen: equal input gives equal bytes in every
/// version of this package, because Envoy keys its secret providers by them. Fields are written in the order of their
/// numbers, and defaults are left out.
/// </summary>
public static class EnvoySecretReference
{
    /// <summary>Makes an <c>envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig</c>.</summary>
    /// <param name="server">The server.</param>
    /// <param name="name">The secret's name.</param>
    /// <returns>The protobuf bytes; any generated class of the message parses them.</returns>
    public static byte[] SdsSecretConfig(EnvoySecretServer server, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new FrozenMessage().Text(1, name).Message(2, Source(server)).ToArray();
    }

    /// <summary>Makes an <c>envoy.config.core.v3.ConfigSource</c>.</summary>
    /// <param name="server">The server.</param>
    /// <returns>The protobuf bytes; any generated class of the message parses them.</returns>
    public static byte[] ConfigSource(EnvoySecretServer server) => Source(server).ToArray();

    private static FrozenMessage Source(EnvoySecretServer server)
    {
        const int Grpc = 2;
        const int DeltaGrpc = 3;
        const int V3 = 2;

        EnvoySecretServerCheck.Require(server);
        var envoyGrpc = new FrozenMessage().Text(1, server.ClusterName).Text(2, server.Authority);
        var api = new FrozenMessage()
            .Number(1, server.UseDelta ? DeltaGrpc : Grpc)
            .Message(4, new FrozenMessage().Message(1, envoyGrpc))
            .Number(7, 1)
            .Number(8, V3);
        return new FrozenMessage()
            .Message(2, api)
            .Message(4, Duration(server.InitialFetchTimeout))
            .Number(6, V3);
    }

    private static FrozenMessage? Duration(TimeSpan? span) => span is { } value
        ? new FrozenMessage().Number(1, value.Ticks / TimeSpan.TicksPerSecond).Number(2, value.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick)
        : null;
}
