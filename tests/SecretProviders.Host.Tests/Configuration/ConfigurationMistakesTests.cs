using SecretProviders.Host.Sources;

namespace SecretProviders.Host.Tests.Configuration;

/// <summary>Every mistake, with the exact line a person reads.</summary>
public sealed class ConfigurationMistakesTests
{
    private static readonly string Built = string.Join(", ", SourceTypes.Built.Keys);

    public static TheoryData<string, string> Yaml => new()
    {
        { "- a\n", "host.yaml:1: the document is a list; write a map with server, sources and secrets" },
        { "just text\n", "host.yaml:1: the document is a text; write a map with server, sources and secrets" },
        { "server: { drain: 10s }\nservr: {}\n", "host.yaml:2: servr: is not a known field; did you mean server?" },
        { "server:\n  drian: 10s\n", "host.yaml:2: server.drian: is not a known field; did you mean drain?" },
        { "server:\n  zzzzzzz: 10s\n", "host.yaml:2: server.zzzzzzz: is not a known field; choose from admin, drain, listeners, versionKey, wildcard" },
        { "server:\n  drain: 10s\n  drain: 20s\n", "host.yaml:3: server.drain: is written twice, first on line 2; keep one" },
        { "sources:\n  a: { type: fileSystem, path: x }\n  A: { type: fileSystem, path: x }\n", "host.yaml:3: sources.A: differs only in case from a on line 2, which environment variables cannot tell apart; rename one" },
        { "server:\n  drain: soon\n", "host.yaml:2: server.drain: is \"soon\"; write a duration such as 500ms, 10s, 5m, 48h or 7d" },
        { "server:\n  drain: 10\n", "host.yaml:2: server.drain: is \"10\"; write a duration such as 500ms, 10s, 5m, 48h or 7d" },
        { "server:\n  drain:\n", "host.yaml:2: server.drain: has no value; write a duration such as 500ms, 10s, 5m, 48h or 7d, or remove it" },
        { "server:\n  drain: 25h\n", "host.yaml:2: server.drain: is longer than 24h; clients that have not left by then will not leave" },
        { "server:\n  listeners:\n    - { unix: \"\" }\n", "host.yaml:3: server.listeners[0].unix: is \"\"; write a path" },
        { "server:\n  listeners:\n    - { unix: \"a\\0b\" }\n", "host.yaml:3: server.listeners[0].unix: is \"a\0b\"; write a path" },
        { "sources:\n  files: { type: fileSystem, path: \"\" }\n", "host.yaml:2: sources.files.path: is \"\"; write a path" },
        { "server:\n  drain: [ 1s ]\n", "host.yaml:2: server.drain: is a list; write a duration such as 500ms, 10s, 5m, 48h or 7d" },
        { "server:\n", "host.yaml:1: server: has no value; write a map, or remove it" },
        { "server: [ a ]\n", "host.yaml:1: server: is a list; write a map" },
        { "server:\n  listeners: { unix: /run/s }\n", "host.yaml:2: server.listeners: is a map; write a list" },
        { "server:\n  listeners: [ /run/s ]\n", "host.yaml:2: server.listeners[0]: is a text; write a map" },
        { "server:\n  listeners:\n    - { mode: \"0600\" }\n", "host.yaml:3: server.listeners[0]: needs exactly one of unix and address" },
        { "server:\n  listeners:\n    - { unix: /s, address: 127.0.0.1:1 }\n", "host.yaml:3: server.listeners[0]: needs exactly one of unix and address" },
        { "server:\n  listeners:\n    - { unix: /s, mode: rw }\n", "host.yaml:3: server.listeners[0].mode: is \"rw\"; write three octal digits in quotes, such as \"0660\"" },
        { "server:\n  listeners:\n    - { unix: /s, group: no-such-group }\n", "host.yaml:3: server.listeners[0].group: no-such-group is not in /etc/group; create it, or write another group's name or number" },
        { "server:\n  listeners:\n    - { unix: /s, allowPlaintextOnNetwork: true }\n", "host.yaml:3: server.listeners[0].allowPlaintextOnNetwork: is for address; a Unix socket is guarded by mode and group" },
        { "server:\n  listeners:\n    - { address: 127.0.0.1:1, mode: \"0600\" }\n", "host.yaml:3: server.listeners[0].mode: is for unix; an address has no file mode" },
        { "server:\n  listeners:\n    - { address: 127.0.0.1:1, group: envoy }\n", "host.yaml:3: server.listeners[0].group: is for unix; an address has no group" },
        { "server:\n  listeners:\n    - { address: 0.0.0.0:8234 }\n", "host.yaml:3: server.listeners[0].address: is beyond loopback, where anybody could read the secrets; add tls: { certificate: NAME, clientCa: NAME }, use a loopback address, or set allowPlaintextOnNetwork: true" },
        { "server:\n  listeners:\n    - { address: localhost }\n", "host.yaml:3: server.listeners[0].address: is \"localhost\"; write an IP address and a port, such as 127.0.0.1:8234 or [::1]:8234" },
        { "server:\n  listeners:\n    - { address: \"8234\" }\n", "host.yaml:3: server.listeners[0].address: is \"8234\"; write an IP address and a port, such as 127.0.0.1:8234 or [::1]:8234" },
        { "server:\n  listeners:\n    - { address: \"127.0.0.1:99999\" }\n", "host.yaml:3: server.listeners[0].address: is \"127.0.0.1:99999\"; write an IP address and a port, such as 127.0.0.1:8234 or [::1]:8234" },
        { "server:\n  listeners:\n    - address: 127.0.0.1:1\n      tls: { certificate: a }\n", "host.yaml:4: server.listeners[0].tls.clientCa: is missing; write the name of a validation context that this server serves, by which clients are judged" },
        { "server:\n  listeners:\n    - address: 127.0.0.1:1\n      tls: { clientCa: a }\n", "host.yaml:4: server.listeners[0].tls.certificate: is missing; write the name of a TLS certificate that this server serves" },
        { "server:\n  listeners:\n    - address: 0.0.0.0:1\n      allowPlaintextOnNetwork: true\n      tls: { certificate: a, clientCa: b }\n", "host.yaml:4: server.listeners[0].allowPlaintextOnNetwork: is true, but with tls nothing is plaintext; remove one of the two" },
        { "server:\n  listeners:\n    - unix: /s\n      tls: { certificate: a, clientCa: b }\n", "host.yaml:4: server.listeners[0].tls: is for address; a Unix socket is guarded by mode and group" },
        { "server:\n  admin:\n    address: 127.0.0.1:1\n    tls: { certificate: a, clientCa: b }\n", "host.yaml:4: server.admin.tls: is for listeners; the admin listener has none, so keep it on a Unix socket or a loopback address" },
        { "server:\n  listeners:\n    - { unix: /s }\n    - { unix: /s }\n", "host.yaml:2: server.listeners: unix:/s is there 2 times; keep one" },
        { "server:\n  wildcard: yes\n", "host.yaml:2: server.wildcard: is \"yes\"; write true or false" },
        { "server:\n  wildcard: \"true\"\n", "host.yaml:2: server.wildcard: is a text; write true or false" },
        { "server:\n  versionKey: { file: /does/not/exist }\n", "host.yaml:2: server.versionKey.file: cannot be read: Could not find a part of the path '/does/not/exist'. Put 32 random bytes there" },
        { "server:\n  versionKey: { file: /dev/null }\n", "host.yaml:2: server.versionKey.file: /dev/null holds 0 bytes; put 32 random bytes or more there" },
        { "server:\n  versionKey: { secret: key }\n", "host.yaml:2: server.versionKey.secret: this build reads the key from a file only; write { file: PATH }" },
        { "access: []\n", "host.yaml:1: access: is not enforced by this build, and a rule is never silently ignored; remove the section" },
        { "audit: { file: ./a }\n", "host.yaml:1: audit: is not enforced by this build, and a rule is never silently ignored; remove the section" },
        { "decryptors: {}\n", "host.yaml:1: decryptors: is not enforced by this build, and a rule is never silently ignored; remove the section" },
        { "sources:\n  a: {}\n", $"host.yaml:2: sources.a.type: is missing; write one of {Built}" },
        { "sources:\n  a: { type: fileSytem }\n", "host.yaml:2: sources.a.type: fileSytem is not a type of source; did you mean fileSystem?" },
        { "sources:\n  a: { type: zzz }\n", $"host.yaml:2: sources.a.type: zzz is not a type of source; choose from {Built}" },
        { "sources:\n  a: { type: consul, address: https://v }\n", $"host.yaml:2: sources.a.type: consul is not contained in this build; it contains {Built}" },
        { "sources:\n  a: { type: fileSystem }\n", "host.yaml:2: sources.a.path: is missing; write the folder that holds the files" },
        { "sources:\n  a: { type: fileSystem, path: x, pol: 5s }\n", "host.yaml:2: sources.a.pol: is not a known field; did you mean poll?" },
        { "sources:\n  a: { type: fileSystem, path: }\n", "host.yaml:2: sources.a.path: has no value; write a path, or remove it" },
        { "server:\n  listeners:\n    - { address: 127.0.0.1:1, tls: { certificate: web, clientCa: cb } }\nsources: { f: { type: fileSystem, path: x } }\nsecrets: [ { name: web, trust: ca, from: [ { source: f } ] } ]\n", "host.yaml:3: server.listeners: tls names cb, which no route takes; did you mean ca?" },
        { "sources: [ a ]\n", "host.yaml:1: sources: is a list; write a map" },
        { "sources:\n  a: text\n", "host.yaml:2: sources.a: is a text; write a map" },
        { "demand:\n  idleNames: many\n", "host.yaml:2: demand.idleNames: is \"many\"; write a whole number from 0 to 2147483647" },
        { "demand:\n  namesPerConsumer: 0\n", "host.yaml:2: demand.namesPerConsumer: is \"0\"; write a whole number from 1 to 2147483647" },
        { "defaults:\n  name: x\n", "host.yaml:2: defaults.name: is not a known field; choose from chainsTo, dwell, fallThroughAfter, firstAnswer, gates, groupHold, kind, maxNames, maxStale, retainRemoved, strict, trust" },
        { "defaults:\n  dwell: x\nsecrets: []\n", "host.yaml:2: defaults.dwell: is \"x\"; write a duration such as 500ms, 10s, 5m, 48h or 7d" },
        { "server: { drain: 1s\n", "host.yaml:2: is not YAML: While parsing a flow mapping, did not find expected ',' or '}'; check indentation, quotes and brackets here" },
        { "server:\n  listeners: [ { unix: a.sock }\ndemand: {}\n", "host.yaml:2: is not YAML; check indentation, quotes and brackets here" },
        { "server:\n  drain: !![ 1s\n", "host.yaml:2: is not YAML; check indentation, quotes and brackets here" },
        { "server:\n  drain: 1s\nsources:\n\ta: {}\n", "host.yaml:4: is not YAML: While scanning a mapping, found invalid tab as indentation; check indentation, quotes and brackets here" },
        { "a: &x 1\n", "host.yaml:1: a: is not a known field; choose from access, audit, decryptors, defaults, demand, secrets, server, sources" },
        { "server: { drain: !!str 1s }\n", "host.yaml:1: server.drain: carries the tag tag:yaml.org,2002:str; remove it" },
        { "server: &s { drain: 1s }\ndemand: *s\n", "host.yaml:2: demand: is an alias; write the value out, in quotes if it begins with *, or use defaults for what routes share" },
        { "server: {}\n---\nserver: {}\n", "host.yaml:2: a second document begins; one file holds one configuration" },
        { "? [ a ]\n: b\n", "host.yaml:1: is not YAML: a field's name is a plain text; check indentation, quotes and brackets here" },
    };

    public static TheoryData<string, string> Routes => new()
    {
        { "- { from: [ { source: files } ] }", "secrets[0].name: is missing; write the secret's name, or a pattern such as \"{name}\" or \"**\"" },
        { "- { name: a }", "secrets[0]: needs exactly one of from and union: where the secret comes from" },
        { "- { name: a, from: [ { source: files } ], union: [ { source: files } ] }", "secrets[0]: needs exactly one of from and union: where the secret comes from" },
        { "- { name: a, from: files }", "secrets[0].from: is a text; write a list: [ { source: NAME } ]" },
        { "- { name: a, union: { source: files } }", "secrets[0].union: is a map; write a list: [ { source: NAME } ]" },
        { "- { name: a, from: [ files ] }", "secrets[0].from[0]: is a text; write { source: NAME }" },
        { "- { name: a, maxNames: 0, from: [ { source: files } ] }", "secrets[0].maxNames: is \"0\"; write a whole number from 1 to 2147483647" },
        { "- { name: a, from: [] }", "secrets[0].from: is empty; name at least one source" },
        { "- { name: a, overlay: [ { source: files } ] }", "secrets[0].overlay: is not built yet; use from (first of) or union" },
        { "- { name: a, from: [ { key: x } ] }", "secrets[0].from[0].source: is missing; write the name of an entry of sources" },
        { "- { name: a, from: [ { source: fils } ] }", "secrets[0]: source fils is not among sources; did you mean files?" },
        { "- { name: a, from: [ { source: files, decryptWith: k } ] }", "secrets[0].from[0].decryptWith: decryption is not built yet; store the secret in clear, or wait" },
        { "- { name: a, from: [ { source: files, parameters: { ttl: [ 1 ] } } ] }", "secrets[0].from[0].parameters.ttl: is not a text; write one, in quotes if need be" },
        { "- { name: a, kind: certificate, from: [ { source: files } ] }", "secrets[0].kind: is \"certificate\"; write one of tlsCertificate, validationContext, sessionTicketKeys, generic" },
        { "- { name: a, gates: { minRsaBit: 2048 }, from: [ { source: files } ] }", "secrets[0].gates.minRsaBit: is not a known field; did you mean minRsaBits?" },
        { "- { name: a, gates: { maxBytes: 1KB }, from: [ { source: files } ] }", "secrets[0].gates.maxBytes: is \"1KB\"; write a size such as 4096, 64KiB or 1MiB" },
        { "- { name: a, maxStale: never, from: [ { source: files } ] }", "secrets[0].maxStale: is \"never\"; write a duration such as 500ms, 10s, 5m, 48h or 7d" },
        { "- { name: a, chainsTo: ca, from: [ { source: files } ] }", "secrets[0].chainsTo: is a text; write a list" },
        { "- { name: a, chainsTo: [ [ ca ] ], from: [ { source: files } ] }", "secrets[0].chainsTo[0]: is not a text; write one, in quotes if need be" },
        { "- text", "secrets[0]: is a text; write a map" },
    };

    public static TheoryData<string, string> Json => new()
    {
        { "{\n  \"server\": {\n    \"drian\": \"10s\"\n  }\n}", "host.json:3: server.drian: is not a known field; did you mean drain?" },
        { "{\n  \"server\": {},\n  \"server\": {}\n}", "host.json:3: server: is written twice, first on line 2; keep one" },
        { "{\n  \"server\": {\n    \"drain\": 10\n  }\n}", "host.json:3: server.drain: is a number; write a duration such as 500ms, 10s, 5m, 48h or 7d" },
        { "{\n  \"server\": {\n    \"wildcard\": \"true\"\n  }\n}", "host.json:3: server.wildcard: is a text; write true or false" },
        { "{\n  \"demand\": {\n    \"idleNames\": true\n  }\n}", "host.json:3: demand.idleNames: is \"true\"; write a whole number from 0 to 2147483647" },
        { "{\n  \"demand\": {\n    \"linger\": null\n  }\n}", "host.json:3: demand.linger: has no value; write a duration such as 500ms, 10s, 5m, 48h or 7d, or remove it" },
        { "{\n  // no\n}", "host.json:2: is not JSON: '/' is invalid after a value. Expected either ',', '}', or ']'; comments and trailing commas are YAML's" },
        { "[]", "host.json:1: the document is a list; write a map with server, sources and secrets" },
    };

    [Theory]
    [MemberData(nameof(Yaml))]
    public void A_mistake_in_yaml_is_one_line_with_place_field_and_remedy(string text, string expected) =>
        Assert.Equal(expected, Assert.Single(ConfigurationText.Errors(text)));

    [Theory]
    [MemberData(nameof(Routes))]
    public void A_mistake_in_a_route_is_one_line_with_place_field_and_remedy(string route, string expected) =>
        Assert.Equal($"host.yaml:4: {expected}", Assert.Single(ConfigurationText.Errors($"{ConfigurationText.Files}secrets:\n  {route}\n")));

    [Theory]
    [MemberData(nameof(Json))]
    public void A_mistake_in_json_is_one_line_with_place_field_and_remedy(string text, string expected) =>
        Assert.Equal(expected, Assert.Single(ConfigurationText.Errors(text, "host.json")));

    [Fact]
    public void A_socket_path_that_the_kernel_would_cut_is_refused() =>
        Assert.Equal(
            "host.yaml:1: server.admin.unix: is longer than the 103 bytes that a socket's path may have; choose a shorter one",
            Assert.Single(ConfigurationText.Errors($"server: {{ admin: {{ unix: /{new string('s', 103)} }} }}")));

    [Fact]
    public void The_same_pattern_twice_names_both_places() =>
        Assert.Equal(
            "host.yaml:5: secrets[1].name: a is already taken by secrets[0] at host.yaml:4; remove or rename one",
            Assert.Single(ConfigurationText.Errors($"{ConfigurationText.Files}secrets:\n  - {{ name: a, from: [ {{ source: files }} ] }}\n  - {{ name: a, from: [ {{ source: files }} ] }}\n")));

    [Fact]
    public void All_mistakes_are_told_at_once_in_the_order_of_lines() =>
        Assert.Equal(
            [
                "host.yaml:2: server.drain: is \"x\"; write a duration such as 500ms, 10s, 5m, 48h or 7d",
                "host.yaml:3: server.wild: is not a known field; did you mean wildcard?",
                $"host.yaml:5: sources.a.type: is missing; write one of {Built}",
                "host.yaml:6: audit: is not enforced by this build, and a rule is never silently ignored; remove the section",
            ],
            ConfigurationText.Errors("server:\n  drain: x\n  wild: true\nsources:\n  a: {}\naudit: {}\n"));

    [Fact]
    public void A_mistaken_default_is_one_mistake_however_many_routes_use_it()
    {
        var routes = string.Concat(Enumerable.Range(0, 5).Select(index => $"  - {{ name: s{index}, from: [ {{ source: files }} ] }}\n"));

        Assert.Single(ConfigurationText.Errors($"defaults: {{ dwell: x }}\n{ConfigurationText.Files}secrets:\n{routes}"));
    }

    [Fact]
    public void A_mistaken_source_does_not_make_its_routes_mistaken_too() =>
        Assert.Equal(
            $"host.yaml:2: sources.files.type: is missing; write one of {Built}",
            Assert.Single(ConfigurationText.Errors("sources:\n  files: {}\nsecrets:\n  - { name: a, from: [ { source: files } ] }\n")));

    [Fact]
    public void A_bottomless_document_is_refused_without_exhausting_the_stack() =>
        Assert.Contains("nested deeper than 32 levels", Assert.Single(ConfigurationText.Errors("server: " + new string('[', 100_000))), StringComparison.Ordinal);

    [Fact]
    public void A_value_that_does_not_fit_is_shown_shortened() =>
        Assert.Contains($"is \"{new string('9', 40)}…\";", Assert.Single(ConfigurationText.Errors($"server: {{ drain: {new string('9', 4000)} }}")), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_cannot_be_read_is_named_with_the_remedy()
    {
        using var configuration = new ConfigurationText();
        var loader = new SecretProviders.Host.Configuration.ConfigurationLoader("absent.yaml", [], configuration.Variables, configuration.Folder);

        var error = Assert.Single(Assert.Throws<SecretConfigurationException>(loader.Load).Errors);

        Assert.StartsWith("absent.yaml: cannot be read: Could not find file", error, StringComparison.Ordinal);
        Assert.EndsWith("Name another file with --config or SECRETPROVIDERS_CONFIG.", error, StringComparison.Ordinal);
    }
}
