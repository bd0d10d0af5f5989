using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SecretProviders.Xds.Protos.Core;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Mapping;

/// <summary>
/// The way out of the one mapping between the secret model and Envoy's messages. Private bytes are wrapped, never
/// copied into a <see cref="ByteString"/> of its own, since that could not be wiped.
/// </summary>
internal static class SecretWriter
{
    /// <summary>Makes the message of a secret.</summary>
    /// <exception cref="SecretEncodingException">The secret cannot be put on the wire.</exception>
    public static Tls.Secret ToMessage(string name, Secret secret) => secret switch
    {
        TlsCertificate certificate => new() { Name = name, TlsCertificate = Write(name, certificate) },
        ValidationContext context => new() { Name = name, ValidationContext = Write(context) },
        SessionTicketKeys keys => new() { Name = name, SessionTicketKeys = Write(keys) },
        GenericSecret generic => new() { Name = name, GenericSecret = Write(generic) },
        _ => throw new SecretEncodingException($"Secret '{name}' is of the kind {secret.Kind}, which SDS does not know."),
    };

    private static Tls.TlsCertificate Write(string name, TlsCertificate certificate)
    {
        if (certificate.PrivateKey is not PrivateKeyBytes key)
        {
            throw new SecretEncodingException(
                $"Secret '{name}' has a private key that does not leave its store ({certificate.PrivateKey}), so SDS cannot carry it: serve a certificate with an exportable key under this name.");
        }

        var message = new Tls.TlsCertificate
        {
            CertificateChain = Inline(PemText.Certificates(certificate.Chain).Memory),
            PrivateKey = Inline(PemText.PrivateKey(key.Pkcs8).Memory),
        };
        if (!certificate.OcspStaple.IsEmpty)
        {
            message.OcspStaple = Inline(certificate.OcspStaple);
        }

        return message;
    }

    private static Tls.CertificateValidationContext Write(ValidationContext context)
    {
        var message = new Tls.CertificateValidationContext
        {
            AllowExpiredCertificate = context.AllowExpiredCertificate,
            OnlyVerifyLeafCertCrl = context.OnlyVerifyLeafRevocation,
            TrustChainVerification = context.AcceptUntrusted
                ? Tls.CertificateValidationContext.Types.TrustChainVerification.AcceptUntrusted
                : Tls.CertificateValidationContext.Types.TrustChainVerification.VerifyTrustChain,
        };
        if (!context.TrustAnchors.IsEmpty)
        {
            message.TrustedCa = Inline(PemText.Certificates(context.TrustAnchors).Memory);
        }

        if (!context.RevocationLists.IsEmpty)
        {
            message.Crl = Inline(PemText.RevocationLists(context.RevocationLists).Memory);
        }

        if (!context.TrustDomains.IsEmpty)
        {
            message.CustomValidatorConfig = WriteTrustDomains(context);
        }

        if (context.MaxVerifyDepth is { } depth)
        {
            message.MaxVerifyDepth = (uint)depth;
        }

        message.VerifyCertificateHash.AddRange(context.CertificateHashes);
        message.VerifyCertificateSpki.AddRange(context.SpkiHashes);
        message.MatchTypedSubjectAltNames.AddRange(context.SubjectAltNames.Select(SubjectAltNameMessage.Write));
        return message;
    }

    private static TypedExtensionConfig WriteTrustDomains(ValidationContext context)
    {
        var validator = new Tls.SPIFFECertValidatorConfig();
        foreach (var (domain, anchors) in context.TrustDomains)
        {
            validator.TrustDomains.Add(new Tls.SPIFFECertValidatorConfig.Types.TrustDomain
            {
                Name = domain,
                TrustBundle = Inline(PemText.Certificates(anchors).Memory),
            });
        }

        return new TypedExtensionConfig
        {
            Name = SecretTypes.SpiffeValidatorName,
            TypedConfig = new Any { TypeUrl = SecretTypes.SpiffeValidatorUrl, Value = validator.ToByteString() },
        };
    }

    private static Tls.TlsSessionTicketKeys Write(SessionTicketKeys keys)
    {
        var message = new Tls.TlsSessionTicketKeys();
        message.Keys.AddRange(keys.Keys.Select(static key => Inline(key.Memory)));
        return message;
    }

    private static Tls.GenericSecret Write(GenericSecret generic)
    {
        var message = new Tls.GenericSecret();
        if (generic.Value is { } value)
        {
            message.Secret = Inline(value.Memory);
        }

        foreach (var (field, bytes) in generic.Fields)
        {
            message.Secrets.Add(field, Inline(bytes.Memory));
        }

        return message;
    }

    private static DataSource Inline(ReadOnlyMemory<byte> bytes) => new() { InlineBytes = UnsafeByteOperations.UnsafeWrap(bytes) };
}
