using System.Net;
using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Tests.Configuration;

/// <summary>What a sound configuration becomes.</summary>
public sealed class ConfigurationShapeTests
{
    private const string Yaml = """
        server:
          listeners:
            - { unix: sds.sock, mode: "0660", group: root }
            - { unix: /run/other.sock }
            - address: "[::1]:8234"
            - { address: 10.0.0.1:8234, allowPlaintextOnNetwork: true }
          admin: { address: 127.0.0.1:9901 }
          drain: 1500ms
          wildcard: false
        sources:
          files: { type: fileSystem, path: ./certs, poll: 1m, timeout: 2s }
          ca: { type: fileSystem, path: /ca }
        defaults:
          dwell: 1m
          maxStale: 7d
          gates: { maxBytes: 64KiB, minRsaBits: 2048 }
        secrets:
          - name: server_cert
            kind: tlsCertificate
            trust: ROOTCA
            chainsTo: [ mesh_ca, other ]
            strict: true
            gates: { nameInSan: true, chainToTrust: mesh_ca, minRsaBits: 3072 }
            retainRemoved: 48h
            maxStale: none
            fallThroughAfter: 5m
            firstAnswer: 100ms
            groupHold: 0s
            maxNames: 10
            from:
              - { source: files, key: web/server, property: a, version: 3, parameters: { ttl: 1h } }
              - { source: ca }
          - name: mesh_ca
            union: [ { source: ca, key: ca }, { source: files } ]
          - name: "kubernetes://{namespace}/{name}"
            from: [ { source: files, key: "{namespace}/{name}" } ]
        demand: { linger: 1m, idleNames: 5, negativeCache: 0s, namesPerConsumer: 7 }
        """;

    [Fact]
    public void Listeners_are_read_with_their_guards()
    {
        using var configuration = new ConfigurationText();

        var server = configuration.Load(Yaml).Server;

        var unix = Assert.IsType<ListenerConfiguration.UnixSocket>(server.Listeners[0]);
        Assert.Equal(Path.Combine(configuration.Folder, "sds.sock"), unix.Path);
        Assert.Equal(0u, unix.Group);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, unix.Mode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Assert.IsType<ListenerConfiguration.UnixSocket>(server.Listeners[1]).Mode);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 8234), Assert.IsType<ListenerConfiguration.Tcp>(server.Listeners[2]).EndPoint);
        Assert.False(Assert.IsType<ListenerConfiguration.Tcp>(server.Listeners[3]).IsLoopback);
        Assert.Equal("127.0.0.1:9901", server.Admin?.ToString());
        Assert.Equal(TimeSpan.FromMilliseconds(1500), server.Drain);
    }

    [Fact]
    public void A_route_is_read_with_all_its_policies()
    {
        var route = ConfigurationText.Parse(Yaml).Routes[0].Route;

        Assert.Equal(("server_cert", SecretRule.FirstOf, SecretKind.TlsCertificate, "ROOTCA", true), (route.Pattern, route.Rule, route.Kind, route.Trust, route.Strict));
        Assert.Equal(["mesh_ca", "other"], route.ChainsTo);
        Assert.Equal(new SecretGates { NameInSan = true, ChainToTrust = "mesh_ca", MinRsaBits = 3072, MaxBytes = 65536 }, route.Gates);
        Assert.Equal((TimeSpan.FromHours(48), (TimeSpan?)null, TimeSpan.FromMinutes(5)), (route.RetainRemoved, route.MaxStale, route.FallThroughAfter));
        Assert.Equal((TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), TimeSpan.Zero, 10), (route.FirstAnswer, route.Dwell, route.GroupHold, route.MaxNames));
    }

    [Fact]
    public void A_reference_is_read_with_all_its_parts()
    {
        var references = ConfigurationText.Parse(Yaml).Routes[0].Route.References;

        Assert.Equal(("files", "web/server", "a", "3"), (references[0].Source, references[0].Key, references[0].Property, references[0].Version));
        Assert.Equal("1h", references[0].Parameters["ttl"]);
        Assert.Equal(("ca", (string?)null), (references[1].Source, references[1].Key));
    }

    [Fact]
    public void A_union_is_a_validation_context_and_takes_the_defaults()
    {
        var route = ConfigurationText.Parse(Yaml).Routes[1].Route;

        Assert.Equal((SecretRule.Union, SecretKind.ValidationContext, TimeSpan.FromDays(7)), (route.Rule, route.Kind, route.MaxStale));
        Assert.Equal(new SecretGates { MinRsaBits = 2048, MaxBytes = 65536 }, route.Gates);
    }

    [Fact]
    public void A_union_is_a_validation_context_whatever_kind_is_the_default() =>
        Assert.Equal(
            SecretKind.ValidationContext,
            Assert.Single(ConfigurationText.Parse($"defaults: {{ kind: generic }}\n{ConfigurationText.Files}secrets:\n  - {{ name: a, union: [ {{ source: files }} ] }}\n").Routes).Route.Kind);

    [Fact]
    public void Without_defaults_a_route_has_the_documented_ones()
    {
        var route = Assert.Single(ConfigurationText.Parse($"{ConfigurationText.Files}secrets:\n  - {{ name: a, from: [ {{ source: files }} ] }}\n").Routes).Route;

        Assert.Equal(new SecretRoute("a", route.References) { ChainsTo = route.ChainsTo }, route);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)), (route.FirstAnswer, route.Dwell, route.GroupHold));
    }

    [Fact]
    public void Only_names_without_a_pattern_are_static() =>
        Assert.Equal(["server_cert", "ROOTCA", "mesh_ca"], ConfigurationText.Parse(Yaml).StaticNames);

    [Fact]
    public void Demand_is_read() =>
        Assert.Equal(
            new DemandConfiguration(TimeSpan.FromMinutes(1), 5, TimeSpan.Zero, 7),
            ConfigurationText.Parse(Yaml).Demand);

    [Fact]
    public void An_empty_file_is_a_configuration_without_anything()
    {
        var configuration = ConfigurationText.Parse("# nothing yet\n");

        Assert.Empty(configuration.Server.Listeners);
        Assert.Empty(configuration.Sources);
        Assert.Empty(configuration.Routes);
        Assert.Equal((TimeSpan.FromSeconds(10), false), (configuration.Server.Drain, configuration.Server.IsWildcard));
    }

    [Fact]
    public void The_longest_drain_is_a_day() =>
        Assert.Equal(TimeSpan.FromDays(1), ConfigurationText.Parse("server: { drain: 24h }").Server.Drain);

    [Fact]
    public void Json_and_yaml_say_the_same()
    {
        const string json = """
            {
              "server": { "drain": "20s", "wildcard": false, "admin": { "address": "127.0.0.1:9901" } },
              "sources": { "files": { "type": "fileSystem", "path": "./certs" } },
              "secrets": [ { "name": "**", "maxNames": 5, "strict": true, "from": [ { "source": "files" } ] } ]
            }
            """;
        const string yaml = """
            server: { drain: 20s, wildcard: false, admin: { address: 127.0.0.1:9901 } }
            sources:
              files: { type: fileSystem, path: ./certs }
            secrets:
              - name: "**"
                maxNames: 5
                strict: true
                from: [ { source: files } ]
            """;

        Assert.True(ConfigurationNode.ContentEquals(ConfigurationText.Parse(json, "host.json").Document, ConfigurationText.Parse(yaml).Document));
    }

    [Fact]
    public void A_relative_path_is_relative_to_its_file()
    {
        using var configuration = new ConfigurationText();
        Directory.CreateDirectory(Path.Combine(configuration.Folder, "etc"));

        var admin = configuration.Load("server: { admin: { unix: run/admin.sock } }", "etc/host.yaml").Server.Admin;

        Assert.Equal($"unix:{configuration.Folder}/etc/run/admin.sock", admin?.ToString());
    }

    [Fact]
    public void Ten_thousand_routes_are_read_in_one_pass()
    {
        var routes = string.Concat(Enumerable.Range(0, 10_000).Select(index => $"  - {{ name: s{index}, from: [ {{ source: files, key: k{index} }} ] }}\n"));

        Assert.Equal(10_000, ConfigurationText.Parse($"{ConfigurationText.Files}secrets:\n{routes}").StaticNames.Length);
    }
}
