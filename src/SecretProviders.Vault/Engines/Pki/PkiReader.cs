using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Engines.Pki;

/// <summary>Answers of the PKI engine to states. Pure.</summary>
/// <remarks>
/// <c>ca_chain</c> holds the issuing authority and those above it, with the root where Vault knows it; an older server
/// leaves it out when the issuer is a root. What is served is the leaf and the authorities below the root; the root,
/// or the highest authority that is known, is the trust of the same answer.
/// </remarks>
internal static class PkiReader
{
    /// <summary>Reads an issued or signed certificate.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="reference">What was asked for.</param>
    /// <param name="source">The source's name.</param>
    /// <param name="key">The key that was signed for, or null when the answer brings one.</param>
    /// <param name="now">The present.</param>
    public static SecretState ReadIssued(VaultResponse response, SecretReference reference, string source, PkiKey? key, DateTimeOffset now)
    {
        if (!response.IsSuccess)
        {
            return Refused(response, reference);
        }

        var json = response.Data.Span;
        var handle = key?.Key as PrivateKeyHandle;
        var privateKey = (key?.Key as PrivateKeyBytes)?.Pkcs8 ?? Find(json, "private_key"u8);
        if (Text(json, "certificate"u8) is not { Length: > 0 } leaf || (handle is null && privateKey is null))
        {
            return Invalid(SecretProblemCode.Malformed, $"{response.Server} answered '{reference.Key}' without a certificate and its key: it is not the path of a PKI role.");
        }

        SecretState state;
        try
        {
            var (chain, trust) = Arrange(leaf, Issuers(json));
            state = handle is null
                ? SecretDecoder.Decode(Fields(chain, privateKey, trust, reference.Key), SecretKind.TlsCertificate)
                : SecretDecoder.DecodeCertificate(Fields(chain, null, trust, reference.Key), handle);
        }
        catch (CryptographicException)
        {
            state = Invalid(SecretProblemCode.Malformed, $"{response.Server} issued '{reference.Key}' with something that is no certificate: look at what stands between.");
        }

        GC.KeepAlive(response);
        return state is SecretState.Found { Secret: TlsCertificate certificate } found
            ? TooLate(certificate, response, reference, now) ?? Complete(found, response, reference, source)
            : state;
    }

    /// <summary>Reads a certificate, a chain or a revocation list of an authority as PEM; null when the answer holds none.</summary>
    /// <param name="response">The answer to a path of trust.</param>
    public static string? ReadAuthority(VaultResponse response)
    {
        var json = response.Data.Span;

        // KV of version 1 may hold a field of this name; of all three only PKI.
        var isPki = response.IsSuccess && json is [(byte)'{', ..] && (VaultJson.FindNumber(json, "revocation_time"u8) is not null || VaultJson.FindText(json, "issuer_id"u8) is not null);
        var authority = isPki ? Text(json, "certificate"u8) : null;
        GC.KeepAlive(response);
        return authority;
    }

    private static SecretState Refused(VaultResponse response, SecretReference reference) => response.Status switch
    {
        403 => new SecretState.Denied(
            $"{response.Server} may not issue '{reference.Key}' for this token (403{VaultErrors.Words(response)}): grant 'update' on '{reference.Key}'."),
        _ when VaultErrors.IsAbsent(response) => new SecretState.NotFound(),
        404 => VaultErrors.Refusal(response, reference.Key, "'update'"),
        _ => Invalid(
            SecretProblemCode.BadName,
            $"{response.Server} does not issue '{reference.Key}' so: correct the reference's parameters, or what the role allows ({response.Status}{VaultErrors.Words(response)})."),
    };

    // A clock that is ahead makes each new certificate end before it comes; asking again and again would only fill the store.
    private static SecretState.Invalid? TooLate(TlsCertificate certificate, VaultResponse response, SecretReference reference, DateTimeOffset now) =>
        certificate.Leaf.NotAfter > now
            ? null
            : Invalid(
                SecretProblemCode.Expired,
                $"{response.Server} issued '{reference.Key}' until {certificate.Leaf.NotAfter:u}, and by the clock of this machine it is {now:u} already: correct the clock, or ask for a longer ttl.");

    private static SecretState Complete(SecretState.Found found, VaultResponse response, SecretReference reference, string source) => found with
    {
        Minted = true,
        Origin = new SecretOrigin(source) { Location = reference.Key, StoreVersion = Text(response.Data.Span, "serial_number"u8) },
    };

    private static SecretFields Fields(string chain, SensitiveBytes? key, string? trust, string place)
    {
        var fields = new List<KeyValuePair<string, SensitiveBytes>> { new("tls.crt", VaultJson.Text(chain)) };
        if (key is not null)
        {
            fields.Add(new("tls.key", key));
        }

        if (trust is not null)
        {
            fields.Add(new("ca.crt", VaultJson.Text(trust)));
        }

        return new SecretFields(fields, place);
    }

    private static (string Chain, string? Trust) Arrange(string leafPem, ImmutableArray<string> issuerPems)
    {
        using var leaf = Load(leafPem);
        X509Certificate2[] issuers = [.. issuerPems.Select(Load)];
        try
        {
            var path = new List<X509Certificate2> { leaf };
            while (issuers.FirstOrDefault(issuer => !IsRoot(issuer) && !path.Contains(issuer) && Issued(issuer, path[^1])) is { } next)
            {
                path.Add(next);
            }

            var trust = issuers.FirstOrDefault(issuer => IsRoot(issuer) && Issued(issuer, path[^1])) ?? (path.Count > 1 ? path[^1] : null);
            return (string.Join('\n', path.Select(static certificate => certificate.ExportCertificatePem())), trust?.ExportCertificatePem());
        }
        finally
        {
            Array.ForEach(issuers, static issuer => issuer.Dispose());
        }
    }

    private static ImmutableArray<string> Issuers(ReadOnlySpan<byte> json)
    {
        var chain = VaultJson.FindRange(json, "ca_chain"u8) is { } range ? Texts(json[range]) : [];
        return !chain.IsEmpty ? chain : Text(json, "issuing_ca"u8) is { Length: > 0 } issuer ? [issuer] : [];
    }

    private static ImmutableArray<string> Texts(ReadOnlySpan<byte> json)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        var reader = new Utf8JsonReader(json, VaultJson.ReaderOptions);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                texts.Add(reader.GetString()!);
            }
        }

        return texts.ToImmutable();
    }

    private static X509Certificate2 Load(string pem) => X509CertificateLoader.LoadCertificate(Encoding.UTF8.GetBytes(pem));

    private static bool IsRoot(X509Certificate2 certificate) => Issued(certificate, certificate);

    private static bool Issued(X509Certificate2 issuer, X509Certificate2 subject) => subject.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData);

    private static string? Text(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name) => json is [(byte)'{', ..] ? VaultJson.FindText(json, name) : null;

    private static SensitiveBytes? Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name) => json is [(byte)'{', ..] ? VaultJson.FindSensitive(json, name) : null;

    private static SecretState.Invalid Invalid(SecretProblemCode code, string message) => new(new SecretProblem(code, message));
}
