using System.Globalization;
using System.Text;
using SecretProviders.Xds.Envoy;

namespace SecretProviders.Xds;

/// <summary>
/// Writes the YAML by which a person points an Envoy at an SDS server: the same references as
/// <see cref="EnvoySecretReference"/>, and the cluster behind them.
/// </summary>
public static class EnvoyBootstrap
{
    /// <summary>Writes an <c>SdsSecretConfig</c>, to stand under <c>tls_certificate_sds_secret_configs</c> or <c>validation_context_sds_secret_config</c>.</summary>
    /// <param name="server">The server.</param>
    /// <param name="name">The secret's name.</param>
    /// <returns>YAML, each line ended by a line feed, not indented.</returns>
    public static string SdsSecretConfig(EnvoySecretServer server, string name)
    {
        EnvoySecretServerCheck.Require(server);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var yaml = new StringBuilder()
            .Append("name: ").Append(Quote(name)).Append('\n')
            .Append("sds_config:\n")
            .Append("  api_config_source:\n")
            .Append("    api_type: ").Append(server.UseDelta ? "DELTA_GRPC" : "GRPC").Append('\n')
            .Append("    grpc_services:\n")
            .Append("    - envoy_grpc:\n")
            .Append("        cluster_name: ").Append(Quote(server.ClusterName)).Append('\n');
        if (!string.IsNullOrEmpty(server.Authority))
        {
            yaml.Append("        authority: ").Append(Quote(server.Authority)).Append('\n');
        }

        yaml.Append("    set_node_on_first_message_only: true\n").Append("    transport_api_version: V3\n");
        if (server.InitialFetchTimeout is { } timeout)
        {
            yaml.Append("  initial_fetch_timeout: ").Append(timeout.TotalSeconds.ToString("0.#######", CultureInfo.InvariantCulture)).Append("s\n");
        }

        return yaml.Append("  resource_api_version: V3\n").ToString();
    }

    /// <summary>Writes the static cluster that leads to a server on a Unix socket, to stand in the list <c>static_resources.clusters</c>.</summary>
    /// <param name="server">The server.</param>
    /// <param name="socketPath">The absolute path of the socket, as Envoy sees it.</param>
    /// <returns>YAML, each line ended by a line feed, not indented.</returns>
    public static string Cluster(EnvoySecretServer server, string socketPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(socketPath);
        return ClusterAt(server, $"pipe: {{ path: {Quote(socketPath)} }}");
    }

    /// <summary>Writes the static cluster that leads to a server by TCP without TLS, to stand in the list <c>static_resources.clusters</c>.</summary>
    /// <param name="server">The server.</param>
    /// <param name="host">The IP address.</param>
    /// <param name="port">The port.</param>
    /// <returns>YAML, each line ended by a line feed, not indented.</returns>
    public static string Cluster(EnvoySecretServer server, string host, int port)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        return ClusterAt(server, string.Create(CultureInfo.InvariantCulture, $"socket_address: {{ address: {Quote(host)}, port_value: {port} }}"));
    }

    private static string ClusterAt(EnvoySecretServer server, string address)
    {
        EnvoySecretServerCheck.Require(server);
        string[] lines =
        [
            $"name: {Quote(server.ClusterName)}",
            "type: STATIC",
            "connect_timeout: 1s",
            "typed_extension_protocol_options:",
            "  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:",
            "    \"@type\": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
            "    explicit_http_config:",
            "      http2_protocol_options: {}",
            "load_assignment:",
            $"  cluster_name: {Quote(server.ClusterName)}",
            "  endpoints:",
            "  - lb_endpoints:",
            "    - endpoint:",
            "        address:",
            $"          {address}",
        ];
        return string.Concat(lines.Select(static line => $"{line}\n"));
    }

    // A double-quoted YAML scalar takes JSON's escapes, so no name can break out of its line.
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                < ' ' or '\u007f' or '\u0085' or '\u2028' or '\u2029' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }
}
