using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SecretProviders.Xds.Tests.Envoy.Protos;

namespace SecretProviders.Xds.Tests.Envoy;

/// <summary>The golden bytes below may never change: an Envoy that got them before would forget its secrets.</summary>
public sealed class EnvoySecretReferenceTests
{
    [Fact]
    public void Plain_reference_has_its_golden_bytes() => Assert.Equal(
        "0A0B7365727665725F63657274121812140802220C0A0A0A087364735F68657265380140023002",
        Convert.ToHexString(EnvoySecretReference.SdsSecretConfig(new EnvoySecretServer("sds_here"), "server_cert")));

    [Fact]
    public void Reference_with_every_property_has_its_golden_bytes() => Assert.Equal(
        "0A0161122A121C080322140A120A087364735F686572651206656467652E7838014002220808021080CAB5EE013002",
        Convert.ToHexString(EnvoySecretReference.SdsSecretConfig(
            new EnvoySecretServer("sds_here") { Authority = "edge.x", UseDelta = true, InitialFetchTimeout = TimeSpan.FromSeconds(2.5) }, "a")));

    [Theory]
    [InlineData("sds", null, false, null)]
    [InlineData("outbound|443||sds.example", "sds.example", true, 0d)]
    [InlineData("ünïcode", "a", false, 15d)]
    [InlineData("c", null, true, 0.0000001d)]
    [InlineData("c", null, true, 86400.5d)]
    public void Bytes_are_what_googles_encoder_makes(string cluster, string? authority, bool delta, double? timeout)
    {
        var server = new EnvoySecretServer(cluster)
        {
            Authority = authority,
            UseDelta = delta,
            InitialFetchTimeout = timeout is { } seconds ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null,
        };
        var grpc = new EnvoyGrpc { ClusterName = cluster, Authority = authority ?? string.Empty };
        var source = new ConfigSource
        {
            ApiConfigSource = new ApiConfigSource
            {
                ApiType = delta ? ApiType.DeltaGrpc : ApiType.Grpc,
                GrpcServices = { new GrpcService { EnvoyGrpc = grpc } },
                SetNodeOnFirstMessageOnly = true,
                TransportApiVersion = ApiVersion.V3,
            },
            InitialFetchTimeout = server.InitialFetchTimeout is { } span ? Duration.FromTimeSpan(span) : null,
            ResourceApiVersion = ApiVersion.V3,
        };

        Assert.Equal(source.ToByteArray(), EnvoySecretReference.ConfigSource(server));
        Assert.Equal(
            new SdsSecretConfig { Name = "n", SdsConfig = source }.ToByteArray(),
            EnvoySecretReference.SdsSecretConfig(server, "n"));
    }

    [Theory]
    [InlineData("", null, 0)]
    [InlineData("a\nb", null, 0)]
    [InlineData("a", "b\r\nc", 0)]
    [InlineData("a", null, -1)]
    public void Unusable_servers_are_refused(string cluster, string? authority, int timeout) => Assert.Throws<ArgumentException>(() =>
        EnvoySecretReference.ConfigSource(new EnvoySecretServer(cluster) { Authority = authority, InitialFetchTimeout = TimeSpan.FromSeconds(timeout) }));

    [Fact]
    public void Yaml_says_the_same_as_the_bytes() => Assert.Equal(
        """
        name: "a\"b"
        sds_config:
          api_config_source:
            api_type: DELTA_GRPC
            grpc_services:
            - envoy_grpc:
                cluster_name: "sds"
                authority: "edge"
            set_node_on_first_message_only: true
            transport_api_version: V3
          initial_fetch_timeout: 2.5s
          resource_api_version: V3

        """,
        EnvoyBootstrap.SdsSecretConfig(new EnvoySecretServer("sds") { Authority = "edge", UseDelta = true, InitialFetchTimeout = TimeSpan.FromSeconds(2.5) }, "a\"b"));

    [Fact]
    public void Cluster_leads_to_the_socket_over_http2()
    {
        var yaml = EnvoyBootstrap.Cluster(new EnvoySecretServer("sds"), "/run/sds.sock");

        Assert.Contains("          pipe: { path: \"/run/sds.sock\" }\n", yaml, StringComparison.Ordinal);
        Assert.Contains("http2_protocol_options: {}\n", yaml, StringComparison.Ordinal);
        Assert.Contains("socket_address: { address: \"127.0.0.1\", port_value: 8234 }\n", EnvoyBootstrap.Cluster(new EnvoySecretServer("sds"), "127.0.0.1", 8234), StringComparison.Ordinal);
    }
}
