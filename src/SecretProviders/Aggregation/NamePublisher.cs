using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using SecretProviders.Gates;
using SecretProviders.Publishing;
using SecretProviders.Resolution;

namespace SecretProviders.Aggregation;

/// <summary>
/// Decides a name and swaps what is published: trust before the leaves that need it, leaves before the withdrawal of
/// trust. Runs under the aggregate's gate.
/// </summary>
internal sealed class NamePublisher(AggregateCore core, WakeQueue wakes)
{
    /// <summary>Takes in what a source said about a name.</summary>
    public void Take(NameEntry entry, int place, SecretState said, PublishBatch batch)
    {
        // What replaced routes published is carried for want of better, but not against its own source's word.
        if (entry.CarriedSince is not null && said is SecretState.Removed { Reason: not RemovalReason.Deleted } && IsFrom(entry.Snapshot, entry.Slots[place].Source))
        {
            entry.CarriedSince = null;
        }

        Judge(entry, place, said);
        Decide(entry, batch);
    }

    private static bool IsFrom(SecretSnapshot snapshot, string source) => snapshot.Origins.Any(origin => origin.Source == source);

    /// <summary>Applies the gates to what a slot has to offer.</summary>
    public void Judge(NameEntry entry, int place, SecretState said)
    {
        var slot = entry.Slots[place];
        Candidate? candidate = null;
        ImmutableArray<GateVerdict> verdicts = [];
        if (said.LastGood is { } last)
        {
            var found = SlotProblems.WithOrigin(last, slot);
            var trust = entry.Match!.ChainToTrust is { } name ? core.Entries.GetValueOrDefault(name)?.Snapshot.Secret as ValidationContext : null;
            verdicts = GateKeeper.Judge(entry.Match, entry.Name, found.Secret, entry.Kind, trust);
            if (verdicts.All(static verdict => verdict.Problem is null))
            {
                var version = ReferenceEquals(slot.Latest?.Secret, found.Secret) ? slot.Latest!.Version : core.VersionOf(found.Secret);
                candidate = slot.Latest?.Version == version && slot.Latest.Found.Equals(found) ? slot.Latest : new Candidate(found, version);
                entry.Kind ??= found.Secret.Kind;
            }
        }

        entry.Slots = entry.Slots.SetItem(place, slot.Next(said, candidate, verdicts, core.Now));
    }

    /// <summary>Decides a name anew and publishes the outcome.</summary>
    public void Decide(NameEntry entry, PublishBatch batch)
    {
        var now = core.Now;
        var resolution = Resolve(entry, now);
        entry.Resolution = resolution;

        // The trust that comes with a winner is published before it.
        if (entry.Match?.TrustName is { } trustName && core.Entries.TryGetValue(trustName, out var trust) && trust.Match?.LeafName == entry.Name)
        {
            Decide(trust, batch);
        }

        Publish(entry, resolution, now, batch);
    }

    /// <summary>Sets when a name is looked at again.</summary>
    public void Schedule(NameEntry entry) => wakes.Schedule(entry, Instants.Earliest(entry.DecideAt, entry.IdleUntil));

    private NameResolution Resolve(NameEntry entry, DateTimeOffset now)
    {
        if (entry.Match is not { } match || entry.IsOverLimit)
        {
            return Unrouted.Resolve(entry);
        }

        // A gate has no verdict before the trust that it looks at has its first answer.
        if (entry.Snapshot.Status == SecretStatus.Pending && match.ChainToTrust is { } gate && gate != entry.Name
            && core.Entries.GetValueOrDefault(gate)?.Snapshot.Status == SecretStatus.Pending)
        {
            return NameResolution.Pending(null, $"Its gate waits for the first answer of '{gate}'.");
        }

        if (match.LeafName is not { } leafName)
        {
            return ResolutionRules.For(match.Route.Rule).Resolve(new RuleInput(match.Route, entry.Slots, entry.Resolution, now, core.VersionOf));
        }

        return core.Entries.TryGetValue(leafName, out var leaf) && leaf.Resolution is { } resolution
            ? TrustRule.Resolve(match.Route, resolution, leafName, now, core.VersionOf)
            : NameResolution.Pending(null, $"It comes with '{leafName}', which is pending.");
    }

    private void Publish(NameEntry entry, NameResolution resolution, DateTimeOffset now, PublishBatch batch)
    {
        entry.DecideAt = resolution.NextChange;
        if (CarriedSecret.Over(entry, resolution, now) is var (carried, until))
        {
            entry.HeldSince = null;
            entry.DecideAt = Instants.Earliest(entry.DecideAt, until);
            Swap(entry, carried, resolution.Reason, now, batch);
        }
        else if (resolution.Status != SecretStatus.Pending && !IsHeld(entry, resolution, now))
        {
            entry.HeldSince = null;
            entry.CarriedSince = null;
            var served = Retained(entry, resolution, now);
            Swap(entry, new Published(Snapshots.Make(entry, resolution, served), Snapshots.StateOf(resolution, served)), resolution.Reason, now, batch);
        }

        Schedule(entry);
    }

    private bool IsHeld(NameEntry entry, NameResolution resolution, DateTimeOffset now)
    {
        if (resolution.Candidate is not { Secret: TlsCertificate leaf } candidate
            || entry.Match!.ChainsTo.IsEmpty
            || candidate.Version == entry.Snapshot.Version)
        {
            return false;
        }

        var missing = GroupHold.Missing(leaf, entry.Match.ChainsTo.Select(View));
        var until = Instants.After(entry.HeldSince ?? now, entry.Match.Route.GroupHold);
        if (missing.IsEmpty)
        {
            return false;
        }

        if (until <= now)
        {
            AggregateLog.GroupHoldEnded(core.Logger, entry.Name, string.Join(", ", missing), entry.Match.Route.GroupHold);
            return false;
        }

        if (entry.HeldSince is null)
        {
            AggregateLog.GroupHeld(core.Logger, entry.Name, string.Join(", ", missing), entry.Match.Route.GroupHold);
            entry.HeldSince = now;
        }

        entry.DecideAt = Instants.Earliest(entry.DecideAt, until);
        return true;
    }

    private TrustView View(string name) =>
        core.Entries.TryGetValue(name, out var entry)
            ? new TrustView(name, entry.Members.Count > 0, entry.Snapshot.Secret as ValidationContext)
            : new TrustView(name, IsSubscribed: false, Published: null);

    /// <summary>Returns what to publish: the decided secret, with the anchors that a published leaf still needs.</summary>
    private Candidate? Retained(NameEntry entry, NameResolution resolution, DateTimeOffset now)
    {
        if (resolution.Candidate is not { Secret: ValidationContext desired } candidate
            || entry.Snapshot.Secret is not ValidationContext published
            || !core.Followers.TryGetValue(entry.Name, out var followers))
        {
            return resolution.Candidate;
        }

        var leaves = new List<TlsCertificate>();
        foreach (var follower in followers.Where(follower => follower.Match!.ChainsTo.Contains(entry.Name)))
        {
            if (follower.Snapshot.Secret is TlsCertificate leaf)
            {
                leaves.Add(leaf);
            }

            if (follower.MovedFrom is { } moved && moved.Until > now)
            {
                leaves.Add(moved.Leaf);
                entry.DecideAt = Instants.Earliest(entry.DecideAt, moved.Until);
            }
        }

        var takenBack = entry.Slots.Select(static slot => slot.TakenBack?.Secret).OfType<ValidationContext>().SelectMany(static context => context.AllAnchors).ToHashSet();
        var kept = ValidationContexts.Keep(
            desired, published, anchor => !takenBack.Contains(anchor) && leaves.Exists(leaf => CertificateChains.ChainsTo(leaf, anchor)));
        return ReferenceEquals(kept, desired) ? candidate : new Candidate(candidate.Found with { Secret = kept }, core.VersionOf(kept));
    }

    private void Swap(NameEntry entry, Published next, string reason, DateTimeOffset now, PublishBatch batch)
    {
        var before = entry.Published;
        var isNews = !SnapshotChange.IsSame(before.Snapshot, next.Snapshot);
        if (!isNews && Equals(before.State, next.State) && before.Snapshot.Origins.SequenceEqual(next.Snapshot.Origins))
        {
            return;
        }

        var after = next.Snapshot with { Revision = isNews ? core.Revision + 1 : before.Snapshot.Revision };
        entry.Published = next with { Snapshot = after };
        foreach (var member in entry.Members)
        {
            member.Subscription.MarkDirty(member);
            batch.Touch(member.Subscription);
        }

        batch.Release(entry.Waiters);
        entry.Waiters.Clear();
        if (isNews)
        {
            batch.HasChanges = true;
            core.Metrics.Published(after);
            if (core.Logger.IsEnabled(LogLevel.Debug))
            {
                AggregateLog.Published(core.Logger, entry.Name, after.Status, after.Version.Abbreviated, reason);
            }

            Tell(before.Snapshot, after);
            RememberMove(entry, before.Snapshot, after, now);
            Follow(entry, batch);
        }
    }

    // An outage is one event of its source, told there once and not once per name.
    private void Tell(SecretSnapshot before, SecretSnapshot after)
    {
        if (after.Problem is { } problem)
        {
            if (after.Status != SecretStatus.Absent && problem.Code != before.Problem?.Code && problem.Code != SecretProblemCode.Unavailable)
            {
                AggregateLog.NameTroubled(core.Logger, after.Name, problem);
            }
        }
        else if (before.Problem is { Code: not SecretProblemCode.Unavailable } && before.Status != SecretStatus.Absent)
        {
            AggregateLog.NameHealed(core.Logger, after.Name);
        }
    }

    // The old leaf's anchors stay a while longer: consumers apply the new leaf in their own time.
    private void RememberMove(NameEntry entry, SecretSnapshot before, SecretSnapshot after, DateTimeOffset now)
    {
        JudgeChain(entry, after);
        if (entry.Match is not { ChainsTo.IsEmpty: false } match || before.Secret is not TlsCertificate old || before.Version == after.Version)
        {
            return;
        }

        var until = Instants.After(now, match.Route.GroupHold);
        entry.MovedFrom = (old, until);
        foreach (var name in match.ChainsTo)
        {
            if (core.Entries.TryGetValue(name, out var trust))
            {
                trust.DecideAt = Instants.Earliest(trust.DecideAt, until);
                Schedule(trust);
            }
        }
    }

    // Chains are built while one leaf is published, not for a thousand leaves at once when their trust moves.
    private void JudgeChain(NameEntry entry, SecretSnapshot after)
    {
        if (entry.Match is not { ChainsTo.IsEmpty: false } match || after.Secret is not TlsCertificate leaf)
        {
            return;
        }

        foreach (var trust in match.ChainsTo.Select(View))
        {
            foreach (var anchor in trust.Published?.AllAnchors ?? [])
            {
                _ = CertificateChains.ChainsTo(leaf, anchor);
            }
        }
    }

    /// <summary>Decides the names that looked at the old trust.</summary>
    private void Follow(NameEntry trust, PublishBatch batch)
    {
        if (!core.Followers.TryGetValue(trust.Name, out var followers))
        {
            return;
        }

        foreach (var follower in followers.ToArray())
        {
            if (follower.Match?.ChainToTrust == trust.Name)
            {
                Rejudge(follower);
                Decide(follower, batch);
            }
            else if (follower.HeldSince is not null)
            {
                Decide(follower, batch);
            }
        }
    }

    /// <summary>Applies the gates again to what the slots already said.</summary>
    public void Rejudge(NameEntry entry)
    {
        for (var place = 0; place < entry.Slots.Length; place++)
        {
            if (entry.Slots[place].State is { } said)
            {
                Judge(entry, place, said);
            }
        }
    }
}
