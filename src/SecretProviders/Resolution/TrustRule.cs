namespace SecretProviders.Resolution;

/// <summary>Decides a name whose trust comes with another name's winner.</summary>
internal static class TrustRule
{
    public static NameResolution Resolve(SecretRoute route, NameResolution leaf, string leafName, DateTimeOffset now, Func<Secret, SecretVersion> version)
    {
        if (leaf.Status == SecretStatus.Pending)
        {
            return NameResolution.Pending(null, $"It comes with '{leafName}', which is pending.");
        }

        var carrier = leaf.TrustCarrier;
        var end = EndOf(route, leaf);
        if (carrier?.Trust is null || end <= now)
        {
            return Nothing(leaf, leafName);
        }

        var found = new SecretState.Found(carrier.Trust) { Origin = carrier.Origin };
        var vouched = leaf.Status == SecretStatus.Available;
        return new NameResolution(vouched ? SecretStatus.Available : SecretStatus.Stale, $"It came with the winner of '{leafName}'.")
        {
            Candidate = new Candidate(found, version(carrier.Trust)),
            State = vouched || leaf.State is null or SecretState.Found ? found : leaf.State with { LastGood = found },
            Problem = leaf.Problem,
            NextChange = Instants.Future(end, now),
        };
    }

    private static DateTimeOffset EndOf(SecretRoute route, NameResolution leaf) => leaf switch
    {
        { Candidate: not null } => DateTimeOffset.MaxValue,
        { TrustDeletedAt: { } at } => Instants.After(at, Offer.RetentionOf(route, SecretKind.ValidationContext)),
        { Status: SecretStatus.Absent } => DateTimeOffset.MinValue,
        _ => DateTimeOffset.MaxValue,
    };

    private static NameResolution Nothing(NameResolution leaf, string leafName)
    {
        if (leaf.Candidate is not null)
        {
            var problem = new SecretProblem(SecretProblemCode.Absent, $"The winner of '{leafName}' carries no trust; store it beside the leaf, or give it a route of its own.");
            return new NameResolution(SecretStatus.Absent, problem.Message) { State = new SecretState.NotFound(), Problem = problem };
        }

        return new NameResolution(leaf.Status, $"It comes with '{leafName}', which has none to show.") { State = leaf.State is null ? null : leaf.State with { LastGood = null }, Problem = leaf.Problem };
    }
}
