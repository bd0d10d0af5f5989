using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Verification;

/// <summary>
/// Looks a chain up in revocation lists. As with Envoy, where there are lists there must be one of every authority of
/// the chain, or only of the one that issued the leaf: a missing list refuses, since it would hide a revocation.
/// </summary>
internal sealed class RevocationCheck
{
    private readonly ImmutableArray<RevocationList> _lists;
    private readonly bool _onlyLeaf;

    /// <summary>Reads the lists.</summary>
    /// <exception cref="UnusableTrustException">A list cannot be used.</exception>
    public RevocationCheck(ValidationContext trust)
    {
        _lists = [.. trust.RevocationLists.Select(static list => new RevocationList(list))];
        _onlyLeaf = trust.OnlyVerifyLeafRevocation;
    }

    /// <summary>Judges a chain.</summary>
    /// <param name="path">The leaf, then each certificate's issuer, up to the anchor.</param>
    /// <param name="now">The time.</param>
    /// <returns>What is wrong, or null.</returns>
    public string? Refuse(ReadOnlySpan<X509Certificate2> path, DateTimeOffset now)
    {
        if (_lists.IsEmpty)
        {
            return null;
        }

        for (var place = 0; place < (_onlyLeaf ? 1 : path.Length); place++)
        {
            if (Refuse(path, place, now) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private string? Refuse(ReadOnlySpan<X509Certificate2> path, int place, DateTimeOffset now)
    {
        var certificate = path[place];
        var issuer = place + 1 < path.Length ? path[place + 1] : certificate;

        // The anchor is trusted for what it is; only a root can have a list that speaks of itself.
        var isRoot = ReferenceEquals(issuer, certificate) && certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
        if (place > 0 && ReferenceEquals(issuer, certificate) && !isRoot)
        {
            return null;
        }

        var lists = _lists.Where(list => list.IsOf(issuer)).ToArray();
        if (Array.Exists(lists, list => list.IsCurrent(now) && list.Lists(certificate)))
        {
            return place == 0 ? "its certificate is revoked" : $"an issuer of its certificate, {certificate.Subject}, is revoked";
        }

        return Array.Exists(lists, list => list.IsCurrent(now))
            ? null
            : $"there is {(lists.Length == 0 ? "no" : "no current")} revocation list of {(ReferenceEquals(issuer, certificate) ? certificate.Issuer : issuer.Subject)}";
    }
}
