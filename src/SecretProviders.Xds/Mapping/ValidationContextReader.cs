using System.Collections.Immutable;
using Google.Protobuf;
using SecretProviders.Xds.Protos.Core;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Mapping;

/// <summary>Reads trust, with SPIFFE trust domains kept apart.</summary>
internal static class ValidationContextReader
{
    private static readonly ImmutableSortedDictionary<string, ImmutableArray<EncodedCertificate>> NoDomains =
        ImmutableSortedDictionary.Create<string, ImmutableArray<EncodedCertificate>>(StringComparer.Ordinal);

    /// <exception cref="UnreadableSecretException">The message is not sound, or says more than the model can hold.</exception>
    public static ValidationContext Read(Tls.CertificateValidationContext message, string place, DataReader data)
    {
        var anchors = data.Find(message.TrustedCa, $"{place}: trusted_ca");
        var lists = data.Find(message.Crl, $"{place}: crl");
        var domains = ReadDomains(message.CustomValidatorConfig, place, data);
        if (anchors is null && domains.IsEmpty && message.VerifyCertificateHash.Count == 0 && message.VerifyCertificateSpki.Count == 0)
        {
            throw new UnreadableSecretException(new SecretProblem(SecretProblemCode.Incomplete, $"{place}: it names no trust anchor and no pin; send one."));
        }

        return new ValidationContext
        {
            TrustAnchors = anchors is null ? [] : Decode(anchors, lists, place).TrustAnchors,
            RevocationLists = lists is null ? [] : ReadLists(lists, anchors, message, place, data),
            TrustDomains = domains,
            OnlyVerifyLeafRevocation = message.OnlyVerifyLeafCertCrl,
            SubjectAltNames = SubjectAltNameMessage.Read(message, place),
            CertificateHashes = [.. message.VerifyCertificateHash],
            SpkiHashes = [.. message.VerifyCertificateSpki],
            AllowExpiredCertificate = message.AllowExpiredCertificate,
            AcceptUntrusted = message.TrustChainVerification == Tls.CertificateValidationContext.Types.TrustChainVerification.AcceptUntrusted,
            MaxVerifyDepth = message.MaxVerifyDepth is { } depth ? (int)Math.Min(depth, int.MaxValue) : null,
        };
    }

    /// <summary>Gets the bundles of the trust domains; none when they cannot be understood, which is told when they are read.</summary>
    public static IEnumerable<DataSource?> BundlesOf(Tls.CertificateValidationContext message)
    {
        try
        {
            return message.CustomValidatorConfig is { } config
                ? ParseDomains(config, string.Empty).TrustDomains.Select(static domain => domain.TrustBundle)
                : [];
        }
        catch (UnreadableSecretException)
        {
            return [];
        }
    }

    // The decoder wants an anchor beside revocation lists; with trust domains only, any domain's will do.
    private static ImmutableArray<ReadOnlyMemory<byte>> ReadLists(
        SensitiveBytes lists, SensitiveBytes? anchors, Tls.CertificateValidationContext message, string place, DataReader data)
    {
        var beside = anchors ?? FirstBundle(message.CustomValidatorConfig, place, data)
            ?? throw new UnreadableSecretException(place, "there are revocation lists but no trust anchor; send the anchors as well.");
        return Decode(beside, lists, place).RevocationLists;
    }

    private static SensitiveBytes? FirstBundle(TypedExtensionConfig? config, string place, DataReader data) =>
        config is not null && ParseDomains(config, place).TrustDomains is [{ } first, ..] ? data.Find(first.TrustBundle, place) : null;

    private static ValidationContext Decode(SensitiveBytes anchors, SensitiveBytes? lists, string place) => SecretReader.Decode<ValidationContext>(
        SecretKind.ValidationContext, place, KeyValuePair.Create("ca.crt", (SensitiveBytes?)anchors), KeyValuePair.Create("ca.crl", lists));

    private static ImmutableSortedDictionary<string, ImmutableArray<EncodedCertificate>> ReadDomains(TypedExtensionConfig? config, string place, DataReader data)
    {
        if (config is null)
        {
            return NoDomains;
        }

        var domains = NoDomains.ToBuilder();
        foreach (var domain in ParseDomains(config, place).TrustDomains)
        {
            var where = $"{place}: trust domain '{domain.Name}'";
            if (domain.WorkloadTrustDomain.Length != 0 || domains.ContainsKey(domain.Name))
            {
                throw new UnreadableSecretException(where, "it comes twice, or carries a workload trust domain, which is not understood; send it once and plain.");
            }

            domains.Add(domain.Name, Decode(data.Require(domain.TrustBundle, where), lists: null, where).TrustAnchors);
        }

        return domains.ToImmutable();
    }

    private static Tls.SPIFFECertValidatorConfig ParseDomains(TypedExtensionConfig config, string place)
    {
        if (config.TypedConfig?.TypeUrl != SecretTypes.SpiffeValidatorUrl)
        {
            throw new UnreadableSecretException(place, $"the custom validator '{config.Name}' is not understood; only {SecretTypes.SpiffeValidatorName} is.");
        }

        try
        {
            var parsed = Tls.SPIFFECertValidatorConfig.Parser.ParseFrom(config.TypedConfig.Value);
            return parsed.TrustBundles is null
                ? parsed
                : throw new UnreadableSecretException(place, "the validator's trust_bundles are not understood; send trust_domains.");
        }
        catch (InvalidProtocolBufferException)
        {
            throw new UnreadableSecretException(place, "the custom validator's bytes are not its message.");
        }
    }
}
