using System.Collections.Immutable;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Mapping;

/// <summary>
/// The way in of the one mapping between the secret model and Envoy's messages. What would change who is trusted is
/// never dropped: a message that says more than the model can hold is Invalid.
/// </summary>
internal static class SecretReader
{
    private static readonly SecretDecoderOptions Limits = new();

    /// <summary>Reads a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="place">Where it came from, for messages to people.</param>
    /// <param name="data">Reads the data of its fields; null for <see cref="DataReader.Inline"/>.</param>
    /// <returns>Found or Invalid, and for files that cannot be read also Denied or Unavailable; never throws for what a peer sent.</returns>
    public static SecretState Read(Tls.Secret message, string place, DataReader? data = null)
    {
        data ??= DataReader.Inline;
        try
        {
            return message.TypeCase switch
            {
                Tls.Secret.TypeOneofCase.TlsCertificate => Read(message.TlsCertificate, place, data),
                Tls.Secret.TypeOneofCase.ValidationContext => new SecretState.Found(ValidationContextReader.Read(message.ValidationContext, place, data)),
                Tls.Secret.TypeOneofCase.SessionTicketKeys => new SecretState.Found(Read(message.SessionTicketKeys, place, data)),
                Tls.Secret.TypeOneofCase.GenericSecret => new SecretState.Found(Read(message.GenericSecret, place, data)),
                _ => throw new UnreadableSecretException(place, "it holds no kind of secret that we know."),
            };
        }
        catch (UnreadableSecretException exception)
        {
            return exception.State;
        }
    }

    /// <summary>Decodes PEM fields; the decoder knows them by the names of Kubernetes.</summary>
    /// <exception cref="UnreadableSecretException">They are not sound.</exception>
    public static T Decode<T>(SecretKind kind, string place, params IEnumerable<KeyValuePair<string, SensitiveBytes?>> fields)
        where T : Secret
    {
        var set = fields.Where(static field => field.Value is not null).Select(static field => KeyValuePair.Create(field.Key, field.Value!));
        return SecretDecoder.Decode(new SecretFields(set, place), kind, Limits) switch
        {
            SecretState.Found { Secret: T secret } => secret,
            SecretState.Invalid invalid => throw new UnreadableSecretException(invalid.Problem),
            _ => throw new UnreadableSecretException(place, "it is not a secret of its kind."),
        };
    }

    private static SecretState.Found Read(Tls.TlsCertificate message, string place, DataReader data)
    {
        if (message.PrivateKeyProvider is not null || message.Pkcs12 is not null || message.Password is not null)
        {
            throw new UnreadableSecretException(place, "a private key provider, PKCS#12 or a password is not understood; send an unencrypted PEM key.");
        }

        return new SecretState.Found(Decode<TlsCertificate>(
            SecretKind.TlsCertificate,
            place,
            KeyValuePair.Create("tls.crt", (SensitiveBytes?)data.Require(message.CertificateChain, $"{place}: certificate_chain")),
            KeyValuePair.Create("tls.key", (SensitiveBytes?)data.Require(message.PrivateKey, $"{place}: private_key")),
            KeyValuePair.Create("tls.ocsp-staple", data.Find(message.OcspStaple, $"{place}: ocsp_staple"))));
    }

    private static SessionTicketKeys Read(Tls.TlsSessionTicketKeys message, string place, DataReader data)
    {
        var keys = message.Keys.Select(key => data.Require(key, $"{place}: keys")).ToImmutableArray();
        return !keys.IsEmpty && keys.All(static key => key.Length == SessionTicketKeys.KeyLength)
            ? new SessionTicketKeys(keys)
            : throw new UnreadableSecretException(place, $"session ticket keys are one or more keys of exactly {SessionTicketKeys.KeyLength} bytes.");
    }

    private static GenericSecret Read(Tls.GenericSecret message, string place, DataReader data)
    {
        if (message.Secrets.Count == 0)
        {
            return new GenericSecret(data.Require(message.Secret, $"{place}: secret"));
        }

        if (message.Secret is not null)
        {
            throw new UnreadableSecretException(place, "it holds a value and named values as well; send one or the other.");
        }

        return new GenericSecret(message.Secrets.Select(field => KeyValuePair.Create(field.Key, data.Require(field.Value, $"{place}: {field.Key}"))));
    }
}
