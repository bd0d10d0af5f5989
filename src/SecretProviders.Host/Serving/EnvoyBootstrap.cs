namespace SecretProviders.Host.Serving;

/// <summary>A complete Envoy configuration that terminates TLS with the embedded default's certificate.</summary>
internal static class EnvoyBootstrap
{
    /// <summary>Writes the configuration for a socket.</summary>
    /// <param name="socket">The path of the SDS socket.</param>
    public static string Text(string socket) => $$"""
        node: { id: envoy, cluster: demo }
        static_resources:
          clusters:
            - name: sds
              connect_timeout: 1s
              typed_extension_protocol_options:
                envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                  "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                  explicit_http_config: { http2_protocol_options: {} }
              load_assignment:
                cluster_name: sds
                endpoints:
                  - lb_endpoints:
                      - endpoint: { address: { pipe: { path: "{{socket}}" } } }
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
                          - name: default
                            sds_config:
                              resource_api_version: V3
                              api_config_source:
                                api_type: GRPC
                                transport_api_version: V3
                                grpc_services:
                                  - envoy_grpc: { cluster_name: sds }
        """;
}
