namespace SecretProviders.Xds.Tests.SdsFile;

/// <summary>YAML that names files, as Envoy's documentation shows it.</summary>
public sealed class YamlSdsFileHarness : SdsFileHarness
{
    private const string SecretType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

    protected override string FileName => "sds.yaml";

    public override async Task PutInPartsAsync(SecretReference reference, TlsCertificate secret, Func<Task> between)
    {
        Write(reference.Key + ".key", Key(secret));
        await between();
        Write(reference.Key + ".crt", Chain(secret));
    }

    protected override string Document(IEnumerable<string> resources) => $"resources:\n{string.Concat(resources)}";

    protected override string Resource(string name, Secret secret) => Begin(name) + secret switch
    {
        TlsCertificate certificate => $"""
              tls_certificate:
                certificate_chain: {File(name + ".crt", Chain(certificate))}
                private_key: {File(name + ".key", Key(certificate))}

            """,
        ValidationContext trust => $"  validation_context: {{ trusted_ca: {File(name + ".ca", Pem(trust.TrustAnchors))} }}\n",
        SessionTicketKeys tickets => $"  session_ticket_keys: {{ keys: [ {string.Join(", ", tickets.Keys.Select((key, index) => File($"{name}.{index}", key.Memory.ToArray())))} ] }}\n",
        GenericSecret generic => $"  generic_secret: {{ secret: {File(name + ".bin", generic.Value!.Memory.ToArray())} }}\n",
        _ => throw new ArgumentException("Not a secret that files hold.", nameof(secret)),
    };

    protected override string Unsound(string name) =>
        $"{Begin(name)}  generic_secret: {{ secret: {{ inline_string: \"{Marker}\", inline_bytes: \"{Marker}\" }} }}\n";

    private static string Begin(string name) => $"- \"@type\": {SecretType}\n  name: \"{name}\"\n";

    private string File(string name, byte[] bytes) => $"{{ filename: \"{Write(name, bytes)}\" }}";
}
