using SecretProviders.Publishing;
using SecretProviders.Resolution;

namespace SecretProviders.Aggregation;

/// <summary>
/// What replaced routes published, while the new ones find nothing to put in its place: a last good secret that nobody
/// vouches for, under the limits that the new route sets to such. Pure.
/// </summary>
internal static class CarriedSecret
{
    /// <summary>Returns what is published in place of a decision, and until when; null when the decision counts.</summary>
    public static (Published Published, DateTimeOffset? Until)? Over(NameEntry entry, NameResolution decision, DateTimeOffset now)
    {
        if (entry.CarriedSince is not { } since || decision is not { Candidate: null, Status: not SecretStatus.Absent, State: { } state }
            || entry.Published is not { Snapshot: { Secret: not null } snapshot, State.LastGood: { } found })
        {
            return null;
        }

        var route = entry.Match!.Route;
        var end = new Candidate(found, snapshot.Version).NotAfter;
        var expiry = Instants.JustAfter(end);
        DateTimeOffset? staleEnd = route.MaxStale is { } maxStale ? Instants.After(since, maxStale) : null;
        if (staleEnd <= now || (route.Strict && expiry <= now))
        {
            return null;
        }

        var problem = expiry <= now
            ? new SecretProblem(SecretProblemCode.Expired, $"It expired at {end:u} and the new routes have no other; it is served all the same. Renew it.")
            : decision.Problem;
        return (
            new Published(snapshot with { Status = SecretStatus.Stale, Problem = problem }, state with { LastGood = found }),
            Instants.Earliest(Instants.Future(staleEnd, now), Instants.Future(expiry, now)));
    }
}
