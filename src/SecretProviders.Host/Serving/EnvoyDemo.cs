using SecretProviders.Xds;

namespace SecretProviders.Host.Serving;

/// <summary>A complete Envoy configuration that terminates TLS with the embedded default's certificate.</summary>
internal static class EnvoyDemo
{
    private static readonly EnvoySecretServer Server = new("sds");

    /// <summary>Writes the configuration for a socket.</summary>
    /// <param name="socket">The path of the SDS socket.</param>
    public static string Text(string socket) => $$"""
        node: { id: envoy, cluster: demo }
        static_resources:
          clusters:
            - {{Indented(EnvoyBootstrap.Cluster(Server, socket), 14)}}
          listeners:
            - name: https
              address: { socket_address: { address: 127.0.0.1, port_value: 8443 } }
              filter_chains:
                - filters:
                    - name: envoy.filters.network.http_connection_manager
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                        stat_prefix: https
                        http_filters:
                          - name: envoy.filters.http.router
                            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
                        route_config:
                          virtual_hosts:
                            - name: all
                              domains: [ "*" ]
                              routes:
                                - match: { prefix: / }
                                  direct_response: { status: 200, body: { inline_string: "hello\n" } }
                  transport_socket:
                    name: envoy.transport_sockets.tls
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                      common_tls_context:
                        tls_certificate_sds_secret_configs:
                          - {{Indented(EnvoyBootstrap.SdsSecretConfig(Server, "default"), 28)}}
        """;

    // A raw text literal takes 8 columns off, also inside what is filled in only for its own lines: these keep theirs.
    private static string Indented(string yaml, int column) => yaml.TrimEnd('\n').Replace("\n", "\n" + new string(' ', column - 8), StringComparison.Ordinal);
}
