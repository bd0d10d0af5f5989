using System.Formats.Asn1;
using System.Security.Cryptography;
using SecretProviders.Decoding;

namespace SecretProviders;

/// <summary>
/// Turns what a store holds into a typed secret, and judges what needs no policy: it parses, the key is the leaf's,
/// the chain is in order, the size is sane. Pure and safe for any number of threads.
/// </summary>
/// <remarks>
/// <para>Fields are known by the names of Kubernetes (<c>tls.crt</c>, <c>tls.key</c>, <c>ca.crt</c>, <c>ca.crl</c>,
/// <c>tls.ocsp-staple</c>), Istio's generic secrets (<c>cert</c>, <c>key</c>, <c>cacert</c>, <c>crl</c>), certbot
/// (<c>fullchain.pem</c>, or <c>cert.pem</c> and <c>chain.pem</c>, with <c>privkey.pem</c>) and the SPIFFE helper
/// (<c>svid.pem</c>, <c>svid_key.pem</c>, <c>svid_bundle.pem</c> or <c>bundle.pem</c>); trust also by those of ConfigMaps (<c>ca-bundle.crt</c>, <c>root-cert.pem</c>,
/// <c>trust-bundle.pem</c>). When no field names a
/// certificate or a key, every field is read for what it holds: one PEM file with everything, for example.</para>
/// <para>PEM (RFC 7468) may hold blocks of any sort in any order with text around them; DER values may follow one
/// another. Keys are PKCS#8, PKCS#1 or SEC1 and never encrypted.</para>
/// <para>The fields of one stored secret are one set: a broken <c>ca.crt</c> beside a sound pair makes the whole
/// Invalid, since a half-taken set would rotate a leaf away from its trust and nobody would be told.</para>
/// </remarks>
public static class SecretDecoder
{
    /// <summary>Decodes one stored secret. Never throws for what the store holds.</summary>
    /// <param name="fields">What the store holds.</param>
    /// <param name="kind">
    /// What is wanted. Null takes the fields' word for it: a validation context when they hold only trust by their
    /// names, else a TLS certificate.
    /// </param>
    /// <param name="options">Limits, or null for the defaults.</param>
    /// <returns>
    /// Found, with <see cref="SecretState.Found.Trust"/> when trust lies beside a TLS certificate and without an origin,
    /// which only the source knows; or Invalid, with the thing, the place and the remedy.
    /// </returns>
    public static SecretState Decode(SecretFields fields, SecretKind? kind, SecretDecoderOptions? options = null) =>
        Guard(fields, options, () => Read(fields, kind));

    /// <summary>
    /// Decodes a certificate whose key stays in its store: the fields hold the chain, and trust and a staple where there
    /// are such, but no private key. Never throws for what the store holds.
    /// </summary>
    /// <param name="fields">What the store holds.</param>
    /// <param name="key">The handle of the leaf's key.</param>
    /// <param name="options">Limits, or null for the defaults.</param>
    /// <returns>Found with a <see cref="TlsCertificate"/> that has the handle; or Invalid, also when the key is not the leaf's.</returns>
    public static SecretState DecodeCertificate(SecretFields fields, PrivateKeyHandle key, SecretDecoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Guard(fields, options, () => TlsCertificateReader.Read(RequireFields(fields), FieldRoles.Of(fields), key));
    }

    private static SecretState Guard(SecretFields fields, SecretDecoderOptions? options, Func<SecretState.Found> read)
    {
        ArgumentNullException.ThrowIfNull(fields);
        try
        {
            RequireSaneSize(fields, options ?? SecretDecoderOptions.Default);
            return read();
        }
        catch (UnsoundSecretException unsound)
        {
            return new SecretState.Invalid(unsound.Problem);
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException)
        {
            // The readers name what they can; what the BCL only notices later, in an extension for example, ends here.
            return new SecretState.Invalid(new UnsoundSecretException(
                SecretProblemCode.Malformed, fields.Place, "a certificate or key holds a value that cannot be read; issue it again.").Problem);
        }
        finally
        {
            // The readers work on spans, which do not keep the owners of the bytes alive.
            GC.KeepAlive(fields);
        }
    }

    private static SecretState.Found Read(SecretFields fields, SecretKind? kind)
    {
        var roles = FieldRoles.Of(RequireFields(fields));
        return (kind ?? (roles.IsTrustOnly ? SecretKind.ValidationContext : SecretKind.TlsCertificate)) switch
        {
            SecretKind.TlsCertificate => TlsCertificateReader.Read(fields, roles),
            SecretKind.ValidationContext => new SecretState.Found(ValidationContextReader.Read(fields, roles)),
            SecretKind.SessionTicketKeys => new SecretState.Found(SessionTicketKeysReader.Read(fields)),
            SecretKind.Generic => new SecretState.Found(fields.IsSingle ? new GenericSecret(fields.Fields[0].Value) : new GenericSecret(fields.Fields)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of secret."),
        };
    }

    private static SecretFields RequireFields(SecretFields fields) => fields.Fields.IsEmpty
        ? throw new UnsoundSecretException(SecretProblemCode.Incomplete, fields.Place, "there is no field; store the secret's value there.")
        : fields;

    private static void RequireSaneSize(SecretFields fields, SecretDecoderOptions options)
    {
        var size = fields.Fields.Sum(static field => (long)field.Value.Length);
        if (size > options.MaxBytes)
        {
            throw new UnsoundSecretException(
                SecretProblemCode.TooLarge, fields.Place, $"{size} bytes are more than the {options.MaxBytes} allowed; store only what belongs to this secret.");
        }
    }
}
