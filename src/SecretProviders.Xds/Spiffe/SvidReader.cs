using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using SecretProviders.Xds.Identities;
using SecretProviders.Xds.Protos.Workload;

namespace SecretProviders.Spiffe;

/// <summary>Reads SVIDs, each with its key and the bundle that came with it. An unsound one harms no other.</summary>
internal sealed class SvidReader(string source, BundleReader bundles)
{
    /// <summary>Reads a message, which is to be wiped after that.</summary>
    /// <param name="response">The message.</param>
    /// <param name="previous">The answer before it, or null.</param>
    public WorkloadAnswer Read(X509SVIDResponse response, WorkloadAnswer? previous)
    {
        if (response.Svids.Count == 0)
        {
            return WorkloadAnswer.Unsound("The Workload API sent SVIDs without any (SPIFFE Workload API, section 5.2.1); look at the agent.", previous);
        }

        var states = ImmutableDictionary.CreateBuilder<string, SecretState>(StringComparer.Ordinal);
        var read = new Dictionary<(TrustDomain, ByteString), SecretState>();
        foreach (var svid in response.Svids)
        {
            var named = SpiffeId.TryParse(svid.SpiffeId, out var id, out var problem);
            var trust = named ? Trust(id!.TrustDomain, svid.Bundle) : null;
            var state = named ? Read(svid, id!, trust!) : Invalid(SecretProblemCode.Malformed, $"An SVID's name is no SPIFFE ID: {problem}.");

            // The first of its name or hint is the one (section 5.2.1), and the first of all is the default (section 5.3).
            states.TryAdd(SpiffeKey.Default, state);
            states.TryAdd(SpiffeKey.RootCa, trust ?? state);
            if (named)
            {
                states.TryAdd(svid.SpiffeId, state);
            }

            if (svid.Hint.Length > 0)
            {
                states.TryAdd(SpiffeKey.HintPrefix + svid.Hint, state);
            }
        }

        return new WorkloadAnswer(states.ToImmutable());

        // As a rule all SVIDs come with the same one.
        SecretState Trust(TrustDomain domain, ByteString bundle)
        {
            ref var state = ref CollectionsMarshal.GetValueRefOrAddDefault(read, (domain, bundle), out _);
            return state ??= bundles.Read(domain, bundle, response.Crl);
        }
    }

    /// <summary>Zeroes the keys of a message: the parser copied them to where nothing else ever would.</summary>
    public static void Wipe(X509SVIDResponse response)
    {
        foreach (var svid in response.Svids)
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(svid.X509SvidKey.Memory).Span);
        }
    }

    private static SecretState.Invalid Invalid(SecretProblemCode code, string message) => new(new SecretProblem(code, message));

    private SecretState Read(X509SVID svid, SpiffeId id, SecretState trust)
    {
        var place = $"SVID {id}";
        if (svid.X509Svid.IsEmpty || svid.X509SvidKey.IsEmpty)
        {
            return Invalid(SecretProblemCode.Incomplete, $"{place}: it comes without a certificate or without a key (SPIFFE Workload API, section 5.2.1); look at the agent.");
        }

        var fields = new SecretFields([new("tls.crt", SensitiveBytes.Copy(svid.X509Svid.Span)), new("tls.key", SensitiveBytes.Copy(svid.X509SvidKey.Span))], place);
        return SecretDecoder.Decode(fields, SecretKind.TlsCertificate) switch
        {
            SecretState.Found { Secret: TlsCertificate certificate } when Problem(certificate, id) is { } problem =>
                Invalid(SecretProblemCode.Malformed, $"{place}: {problem}; have it issued again."),
            SecretState.Found found when trust is SecretState.Found { Secret: ValidationContext context } =>
                found with { Trust = context, Origin = new SecretOrigin(source) { Location = id.ToString() } },
            SecretState.Found => trust,
            var unsound => unsound,
        };
    }

    private static string? Problem(TlsCertificate certificate, SpiffeId id)
    {
        using var leaf = certificate.Leaf.Load();
        if (X509SvidRules.LeafProblem(leaf, out var own) is { } problem)
        {
            return problem;
        }

        if (own != id)
        {
            return "the SPIFFE ID in its certificate is another one";
        }

        for (var i = 1; i < certificate.Chain.Length; i++)
        {
            using var signer = certificate.Chain[i].Load();
            if (X509SvidRules.SignerProblem(signer) is { } signerProblem)
            {
                return $"certificate {i + 1} of its chain cannot have issued it: {signerProblem}";
            }
        }

        return null;
    }
}
