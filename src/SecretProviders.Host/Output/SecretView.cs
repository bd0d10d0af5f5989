using System.Text.Json.Serialization;
using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Output;

/// <summary>What commands print and the admin listener answers of one name: one JSON object, these fields in this order.</summary>
/// <param name="Name">The secret's name.</param>
/// <param name="Kind">The kind's word in configuration files, or null while none is known.</param>
/// <param name="Status">The status.</param>
/// <param name="Version">The content id, or null.</param>
/// <param name="Origin">Where it came from; a union's origins joined by a comma; or null.</param>
/// <param name="NotBefore">From when all its certificates are valid, or null.</param>
/// <param name="NotAfter">Until when all its certificates are valid, or null.</param>
/// <param name="Problem">What is wrong, or null.</param>
internal record SecretView(
    string Name,
    string? Kind,
    SecretStatus Status,
    string? Version,
    string? Origin,
    DateTime? NotBefore,
    DateTime? NotAfter,
    string? Problem)
{
    /// <summary>Gets the content, only when it was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SecretMaterial? Material { get; init; }

    /// <summary>Describes a snapshot.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="reveal">Whether the content, private parts included, is put in.</param>
    public static SecretView From(SecretSnapshot snapshot, bool reveal)
    {
        var (notBefore, notAfter) = Validity(snapshot.Secret);
        return new SecretView(
            snapshot.Name,
            snapshot.Kind is { } kind ? RouteBinder.KindWord(kind) : null,
            snapshot.Status,
            snapshot.Secret is null ? null : snapshot.Version.Value,
            snapshot.Origins.IsEmpty ? null : string.Join(", ", snapshot.Origins),
            notBefore,
            notAfter,
            snapshot.Problem?.ToString())
        {
            Material = reveal ? SecretMaterial.From(snapshot.Secret) : null,
        };
    }

    private static (DateTime? NotBefore, DateTime? NotAfter) Validity(Secret? secret)
    {
        var certificates = secret switch
        {
            TlsCertificate tls => [tls.Leaf],
            ValidationContext trust => [.. trust.AllAnchors],
            _ => Array.Empty<EncodedCertificate>(),
        };
        return certificates.Length == 0
            ? (null, null)
            : (certificates.Max(static certificate => certificate.NotBefore).UtcDateTime, certificates.Min(static certificate => certificate.NotAfter).UtcDateTime);
    }
}
