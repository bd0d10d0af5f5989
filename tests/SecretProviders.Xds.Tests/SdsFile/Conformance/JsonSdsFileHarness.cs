using System.Text;
using System.Text.Json;

namespace SecretProviders.Xds.Tests.SdsFile;

/// <summary>JSON that carries everything inline, in camel case.</summary>
public sealed class JsonSdsFileHarness : SdsFileHarness
{
    private const string SecretType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

    protected override string FileName => "sds.json";

    protected override string Document(IEnumerable<string> resources) => $$"""{ "versionInfo": "1", "resources": [ {{string.Join(",\n", resources)}} ] }""";

    protected override string Resource(string name, Secret secret) => $$"""{ "@type": "{{SecretType}}", "name": {{Quote(name)}}, {{Content(secret)}} }""";

    protected override string Unsound(string name) =>
        $$"""{ "@type": "{{SecretType}}", "name": {{Quote(name)}}, "tlsCertificate": { "certificateChain": { "inlineString": "{{Marker}}" }, "privateKey": { "inlineString": "{{Marker}}" } } }""";

    private static string Content(Secret secret) => secret switch
    {
        TlsCertificate certificate => $$""" "tlsCertificate": { "certificateChain": {{Text(Chain(certificate))}}, "privateKey": {{Text(Key(certificate))}} } """,
        ValidationContext trust => $$""" "validationContext": { "trustedCa": {{Text(Pem(trust.TrustAnchors))}} } """,
        SessionTicketKeys tickets => $$""" "sessionTicketKeys": { "keys": [ {{string.Join(", ", tickets.Keys.Select(static key => Bytes(key.Memory.ToArray())))}} ] } """,
        GenericSecret generic => $$""" "genericSecret": { "secret": {{Bytes(generic.Value!.Memory.ToArray())}} } """,
        _ => throw new ArgumentException("Not a secret that files hold.", nameof(secret)),
    };

    private static string Text(byte[] bytes) => $$"""{ "inlineString": {{Quote(Encoding.ASCII.GetString(bytes))}} }""";

    private static string Bytes(byte[] bytes) => $$"""{ "inlineBytes": "{{Convert.ToBase64String(bytes)}}" }""";

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
