using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Core;
using SecretProviders.Xds.Protos.Matcher;
using SecretProviders.Xds.Protos.Tls;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.SdsFile;

/// <summary>Turns a resource of a file into Envoy's message, so that files and servers are judged by one and the same reader.</summary>
/// <param name="data">Reads what a resource refers to.</param>
internal sealed class SecretMessageReader(DataSourceReader data)
{
    private const string TypeField = "@type";

    private static readonly Dictionary<string, Tls.SubjectAltNameMatcher.Types.SanType> NameTypes = new(StringComparer.Ordinal)
    {
        ["SAN_TYPE_UNSPECIFIED"] = Tls.SubjectAltNameMatcher.Types.SanType.Unspecified,
        ["EMAIL"] = Tls.SubjectAltNameMatcher.Types.SanType.Email,
        ["DNS"] = Tls.SubjectAltNameMatcher.Types.SanType.Dns,
        ["URI"] = Tls.SubjectAltNameMatcher.Types.SanType.Uri,
        ["IP_ADDRESS"] = Tls.SubjectAltNameMatcher.Types.SanType.IpAddress,
        ["OTHER_NAME"] = Tls.SubjectAltNameMatcher.Types.SanType.OtherName,
    };

    private static readonly Dictionary<string, CertificateValidationContext.Types.TrustChainVerification> Verifications = new(StringComparer.Ordinal)
    {
        ["VERIFY_TRUST_CHAIN"] = CertificateValidationContext.Types.TrustChainVerification.VerifyTrustChain,
        ["ACCEPT_UNTRUSTED"] = CertificateValidationContext.Types.TrustChainVerification.AcceptUntrusted,
    };

    /// <exception cref="ResourceFormatException">It is no secret, or says more than is understood.</exception>
    public Tls.Secret Read(ResourceNode resource) => MapReader.Read(resource, "a secret", fields =>
    {
        var secret = new Tls.Secret { Name = fields.Text("name") };
        var line = fields.Line;
        if (fields.Message("tls_certificate", Certificate) is { } certificate)
        {
            secret.TlsCertificate = certificate;
        }

        if (fields.Message("validation_context", Trust) is { } trust)
        {
            RequireOne(secret, line);
            secret.ValidationContext = trust;
        }

        if (fields.Message("session_ticket_keys", Tickets) is { } tickets)
        {
            RequireOne(secret, line);
            secret.SessionTicketKeys = tickets;
        }

        if (fields.Message("generic_secret", Generic) is { } generic)
        {
            RequireOne(secret, line);
            secret.GenericSecret = generic;
        }

        return secret;
    });

    private static void RequireOne(Tls.Secret secret, int line)
    {
        if (secret.TypeCase != Tls.Secret.TypeOneofCase.None)
        {
            throw new ResourceFormatException(line, "a secret is of two kinds at once; keep one");
        }
    }

    private Tls.TlsCertificate Certificate(MapReader fields)
    {
        data.Watch(fields);
        return new Tls.TlsCertificate
        {
            CertificateChain = data.Find(fields, "certificate_chain"),
            PrivateKey = data.Find(fields, "private_key"),
            Password = data.Find(fields, "password"),
            OcspStaple = data.Find(fields, "ocsp_staple"),
            Pkcs12 = data.Find(fields, "pkcs12"),
        };
    }

    private TlsSessionTicketKeys Tickets(MapReader fields) => new() { Keys = { fields.Messages("keys", data.Read) } };

    private Tls.GenericSecret Generic(MapReader fields)
    {
        var secret = new Tls.GenericSecret { Secret = data.Find(fields, "secret") };
        foreach (var (key, value) in fields.Named("secrets"))
        {
            secret.Secrets.Add(key, MapReader.Read(value, $"'{key}'", data.Read));
        }

        return secret;
    }

    private CertificateValidationContext Trust(MapReader fields)
    {
        data.Watch(fields);
        return new CertificateValidationContext
        {
            TrustedCa = data.Find(fields, "trusted_ca"),
            Crl = data.Find(fields, "crl"),
            VerifyCertificateHash = { fields.Texts("verify_certificate_hash") },
            VerifyCertificateSpki = { fields.Texts("verify_certificate_spki") },
            MatchTypedSubjectAltNames = { fields.Messages("match_typed_subject_alt_names", TypedMatcher) },
            MatchSubjectAltNames = { fields.Messages("match_subject_alt_names", Matcher) },
            AllowExpiredCertificate = fields.Flag("allow_expired_certificate"),
            OnlyVerifyLeafCertCrl = fields.Flag("only_verify_leaf_cert_crl"),
            TrustChainVerification = fields.Word("trust_chain_verification", Verifications),
            MaxVerifyDepth = fields.Number("max_verify_depth"),
            CustomValidatorConfig = fields.Message("custom_validator_config", Validator),
        };
    }

    private static Tls.SubjectAltNameMatcher TypedMatcher(MapReader fields) => new()
    {
        SanType = fields.Word("san_type", NameTypes),
        Matcher = fields.Message("matcher", Matcher) ?? throw new ResourceFormatException(fields.Line, "a matcher of names has no 'matcher'"),
        Oid = fields.Text("oid") ?? string.Empty,
    };

    private static StringMatcher Matcher(MapReader fields)
    {
        var matcher = new StringMatcher { IgnoreCase = fields.Flag("ignore_case") };
        var patterns = 0;
        Set(fields.Text("exact"), text => matcher.Exact = text);
        Set(fields.Text("prefix"), text => matcher.Prefix = text);
        Set(fields.Text("suffix"), text => matcher.Suffix = text);
        Set(fields.Text("contains"), text => matcher.Contains = text);
        Set(fields.Message("safe_regex", Regex), regex => matcher.SafeRegex = regex);
        return patterns == 1 ? matcher : throw new ResourceFormatException(fields.Line, "a matcher needs exactly one of exact, prefix, suffix, contains and safe_regex");

        void Set<T>(T? pattern, Action<T> set)
            where T : class
        {
            if (pattern is not null)
            {
                patterns++;
                set(pattern);
            }
        }
    }

    private static RegexMatcher Regex(MapReader fields)
    {
        // The engine that old files name has been the only one for years.
        fields.Message<object>("google_re2", static _ => string.Empty);
        return new RegexMatcher { Regex = fields.Text("regex") ?? string.Empty };
    }

    private TypedExtensionConfig Validator(MapReader fields) => new()
    {
        Name = fields.Text("name") ?? string.Empty,
        TypedConfig = fields.Message("typed_config", SpiffeValidator),
    };

    private Any SpiffeValidator(MapReader fields)
    {
        var line = fields.Line;
        if (fields.Text(TypeField) != SecretTypes.SpiffeValidatorUrl)
        {
            throw new ResourceFormatException(line, $"a custom validator is understood only of the type '{SecretTypes.SpiffeValidatorUrl}'");
        }

        return new Any
        {
            TypeUrl = SecretTypes.SpiffeValidatorUrl,
            Value = new SPIFFECertValidatorConfig { TrustDomains = { fields.Messages("trust_domains", TrustDomain) } }.ToByteString(),
        };
    }

    private SPIFFECertValidatorConfig.Types.TrustDomain TrustDomain(MapReader fields) => new()
    {
        Name = fields.Text("name") ?? string.Empty,
        TrustBundle = data.Find(fields, "trust_bundle"),
    };
}
