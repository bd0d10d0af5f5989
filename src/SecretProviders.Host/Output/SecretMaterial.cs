using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace SecretProviders.Host.Output;

/// <summary>A secret's content, made only when somebody asked to see it. Private parts are bytes, base64 in JSON.</summary>
internal sealed record SecretMaterial
{
    /// <summary>Gets the certificate chain, PEM, leaf first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CertificateChain { get; init; }

    /// <summary>Gets the private key, PKCS#8 DER; absent for a key that stays in its store.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? PrivateKey { get; init; }

    /// <summary>Gets the trust anchors, PEM.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TrustAnchors { get; init; }

    /// <summary>Gets the session ticket keys, the encrypting one first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[][]? TicketKeys { get; init; }

    /// <summary>Gets the value of a generic secret.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Value { get; init; }

    /// <summary>Gets the fields of a generic secret.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<string, byte[]>? Fields { get; init; }

    public static SecretMaterial? From(Secret? secret) => secret switch
    {
        TlsCertificate tls => new SecretMaterial
        {
            CertificateChain = Pem(tls.Chain),
            PrivateKey = (tls.PrivateKey as PrivateKeyBytes)?.Pkcs8.GetSpan().ToArray(),
        },
        ValidationContext trust => new SecretMaterial { TrustAnchors = Pem(trust.AllAnchors) },
        SessionTicketKeys ticket => new SecretMaterial { TicketKeys = [.. ticket.Keys.Select(static key => key.GetSpan().ToArray())] },
        GenericSecret { Value: { } value } => new SecretMaterial { Value = value.GetSpan().ToArray() },
        GenericSecret generic => new SecretMaterial
        {
            Fields = generic.Fields.ToImmutableSortedDictionary(static field => field.Key, static field => field.Value.GetSpan().ToArray(), StringComparer.Ordinal),
        },
        _ => null,
    };

    /// <summary>Zeroes the private parts, once they were written.</summary>
    public void Clear()
    {
        foreach (var bytes in new[] { PrivateKey, Value }.Concat(TicketKeys ?? []).Concat(Fields?.Values ?? []))
        {
            bytes.AsSpan().Clear();
        }
    }

    private static string Pem(IEnumerable<EncodedCertificate> certificates) =>
        string.Concat(certificates.Select(static certificate => certificate.ToPem()));
}
