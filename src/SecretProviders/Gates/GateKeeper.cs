using System.Collections.Immutable;
using System.Security.Cryptography;
using SecretProviders.Routing;

namespace SecretProviders.Gates;

/// <summary>Applies every gate of a route that does not depend on time. Validity is judged when resolving.</summary>
internal static class GateKeeper
{
    /// <summary>Judges a candidate.</summary>
    /// <param name="match">The route of the name.</param>
    /// <param name="name">The secret's name.</param>
    /// <param name="secret">The candidate.</param>
    /// <param name="kind">The kind that the name has, or null while none is fixed.</param>
    /// <param name="trust">What is published under the route's <c>chainToTrust</c>, or null.</param>
    public static ImmutableArray<GateVerdict> Judge(RouteMatch match, string name, Secret secret, SecretKind? kind, ValidationContext? trust)
    {
        var gates = match.Route.Gates;
        if (gates.MaxBytes is null && secret is not TlsCertificate)
        {
            return [KindGate.Check(secret, kind)];
        }

        var verdicts = ImmutableArray.CreateBuilder<GateVerdict>();
        verdicts.Add(KindGate.Check(secret, kind));
        if (gates.MaxBytes is { } maximum)
        {
            verdicts.Add(MaxBytesGate.Check(secret, maximum));
        }

        if (secret is TlsCertificate certificate)
        {
            try
            {
                verdicts.AddRange(JudgeLeaf(match, name, certificate, trust));
            }
            catch (CryptographicException)
            {
                verdicts.Add(GateVerdict.Fail("certificate", SecretProblemCode.Malformed, "The leaf's key or extensions cannot be read; issue it anew."));
            }
        }

        return verdicts.ToImmutable();
    }
    // Certificates are parsed lazily, so a broken extension shows itself only here.
    private static IEnumerable<GateVerdict> JudgeLeaf(RouteMatch match, string name, TlsCertificate certificate, ValidationContext? trust)
    {
        var gates = match.Route.Gates;
        if (gates.MinRsaBits is { } bits)
        {
            yield return MinRsaBitsGate.Check(certificate, bits);
        }

        if (gates.NameInSan)
        {
            yield return NameInSanGate.Check(certificate, name);
        }

        if (match.ChainToTrust is { } trustName)
        {
            yield return ChainToTrustGate.Check(certificate, trustName, trust);
        }
    }
}
