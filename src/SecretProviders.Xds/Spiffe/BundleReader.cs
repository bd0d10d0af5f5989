using System.Collections.Immutable;
using Google.Protobuf;
using SecretProviders.Xds.Identities;
using SecretProviders.Xds.Protos.Workload;

namespace SecretProviders.Spiffe;

/// <summary>
/// Reads bundles. Each is one trust domain's: an unsound one keeps what was last good of it and harms no other, since
/// a foreign domain's bundle is a foreign operator's. Pure.
/// </summary>
internal sealed class BundleReader(string source, bool flat)
{
    private static readonly ImmutableSortedDictionary<string, ImmutableArray<EncodedCertificate>> NoDomains =
        ImmutableSortedDictionary.Create<string, ImmutableArray<EncodedCertificate>>(StringComparer.Ordinal);

    /// <summary>Reads a message.</summary>
    /// <param name="response">The message.</param>
    /// <param name="previous">The answer before it, or null.</param>
    public WorkloadAnswer Read(X509BundlesResponse response, WorkloadAnswer? previous)
    {
        if (response.Bundles.Count == 0)
        {
            return WorkloadAnswer.Unsound("The Workload API sent bundles without any (SPIFFE Workload API, section 5.2.2); look at the agent.", previous);
        }

        var states = ImmutableDictionary.CreateBuilder<string, SecretState>(StringComparer.Ordinal);
        foreach (var (key, bundle) in response.Bundles)
        {
            var named = TrustDomain.TryParse(key, out var domain, out var problem);
            // What has no name is reported under one that nobody can ask for.
            var name = domain?.ToString() ?? $"not a trust domain: {key}";
            var state = !named ? Invalid(SecretProblemCode.Malformed, $"A bundle's name is no trust domain: {problem}.")
                : IsAlone(domain!, bundle, response) ? Read(domain!, bundle, response.Crl)
                : Invalid(SecretProblemCode.Malformed, $"bundle of {domain}: there are two of it, and they differ (with and without '{SpiffeId.Scheme}' before the name); look at the agent.");
            states[name] = state is SecretState.Invalid ? state with { LastGood = previous?.States.GetValueOrDefault(name)?.LastGood } : state;
        }

        if (!flat)
        {
            states.Add(SpiffeKey.All, Unite(states.Values));
        }

        return new WorkloadAnswer(states.ToImmutable());
    }

    /// <summary>Reads the bundle of one trust domain.</summary>
    /// <param name="domain">The trust domain.</param>
    /// <param name="bundle">DER certificates, one after another.</param>
    /// <param name="lists">The revocation lists of the same message, DER.</param>
    /// <returns>Found, or Invalid with the rule that is broken.</returns>
    public SecretState Read(TrustDomain domain, ByteString bundle, IReadOnlyCollection<ByteString> lists)
    {
        var place = $"bundle of {domain}";
        if (bundle.IsEmpty)
        {
            return Invalid(SecretProblemCode.Incomplete, $"{place}: it is empty, so that nobody of the trust domain could be verified; look at the agent.");
        }

        var fields = new List<KeyValuePair<string, SensitiveBytes>> { new("ca.crt", SensitiveBytes.Copy(bundle.Span)) };
        if (lists.Count > 0)
        {
            fields.Add(new("ca.crl", SensitiveBytes.Copy([.. lists.SelectMany(static list => list)])));
        }

        return SecretDecoder.Decode(new SecretFields(fields, place), SecretKind.ValidationContext) switch
        {
            SecretState.Found { Secret: ValidationContext context } => Judge(domain, context, place),
            var unsound => unsound,
        };
    }

    // Names are IDs by the specification, and bare by habit; neither spelling may hide the anchors of the other.
    private static bool IsAlone(TrustDomain domain, ByteString bundle, X509BundlesResponse response) =>
        new[] { domain.Name, domain.ToString() }.All(name => !response.Bundles.TryGetValue(name, out var other) || other.Equals(bundle));

    private static SecretState.Invalid Invalid(SecretProblemCode code, string message) => new(new SecretProblem(code, message));

    private SecretState Judge(TrustDomain domain, ValidationContext context, string place)
    {
        foreach (var anchor in context.TrustAnchors)
        {
            using var certificate = anchor.Load();
            if (X509SvidRules.SignerProblem(certificate) is { } problem)
            {
                return Invalid(SecretProblemCode.Malformed, $"{place}: {Show(anchor)} does not belong there: {problem}.");
            }
        }

        var trust = flat ? context : context with { TrustAnchors = [], TrustDomains = NoDomains.Add(domain.Name, context.TrustAnchors) };
        return new SecretState.Found(trust) { Origin = new SecretOrigin(source) { Location = domain.ToString() } };
    }

    // Domains side by side, never one list: an anchor of one does not vouch for another.
    private SecretState Unite(IEnumerable<SecretState> states)
    {
        var good = states.Select(static state => state.LastGood?.Secret).OfType<ValidationContext>().ToArray();
        if (good.Length == 0)
        {
            return states.First();
        }

        var united = good[0] with
        {
            TrustDomains = NoDomains.AddRange(good.SelectMany(static context => context.TrustDomains)),
            RevocationLists = [.. good.SelectMany(static context => context.RevocationLists).DistinctBy(static list => Convert.ToHexString(list.Span), StringComparer.Ordinal)],
        };
        return new SecretState.Found(united) { Origin = new SecretOrigin(source) };
    }

    private static string Show(EncodedCertificate certificate) => $"the certificate {certificate.Sha256[..12]}";
}
