using System.Collections.Immutable;
using SecretProviders.Resolution;
using SecretProviders.Routing;

namespace SecretProviders.Aggregation;

/// <summary>
/// Ties names to their routes: starts and stops the watches of their sources, and keeps who looks at whose trust. Runs
/// under the aggregate's gate.
/// </summary>
internal sealed class NameRouter(AggregateCore core, NamePublisher publisher, ISlotListener listener)
{
    private readonly Dictionary<string, int> _namesByRoute = new(StringComparer.Ordinal);
    private readonly List<(string Source, Task Ended)> _stopping = [];
    private readonly HashSet<NameEntry> _turnedAway = [];

    /// <summary>Gets the names that wait for room on their routes.</summary>
    public NameEntry[] TurnedAway => [.. _turnedAway];

    /// <summary>Tells whether there is room on a name's route.</summary>
    public bool HasRoom(NameEntry entry) =>
        entry.Match is not { } match || !(_namesByRoute.GetValueOrDefault(match.Route.Pattern) >= match.Route.MaxNames);

    /// <summary>Gives a name its route, keeping the watches that old and new route have in common.</summary>
    /// <param name="entry">The name.</param>
    /// <param name="hold">Makes another name wanted, because this one depends on it.</param>
    /// <param name="release">Takes that back.</param>
    public void Route(NameEntry entry, Action<string> hold, Action<NameEntry> release)
    {
        var match = entry.Match;
        var before = Dependencies(entry).Select(name => core.Entries[name]).ToArray();
        Forget(entry);
        entry.Match = core.Routes.Match(entry.Name);
        entry.Kind = entry.Match?.Compiled.Kind ?? (entry.Match?.LeafName is null ? null : SecretKind.ValidationContext);
        entry.IsOverLimit = !Admit(entry);
        if (entry.IsOverLimit)
        {
            _turnedAway.Add(entry);
        }

        foreach (var name in Dependencies(entry))
        {
            hold(name);
        }

        // Trust that no route takes is decided as it is held, and would decide this name before it has its slots.
        Remember(entry);
        Array.ForEach(before, release);
        Rewatch(entry, match, entry.IsOverLimit || entry.Match is null ? [] : entry.Match.References);
    }

    /// <summary>Ends all that a name caused.</summary>
    public void Unroute(NameEntry entry, Action<NameEntry> release)
    {
        var before = Dependencies(entry).Select(name => core.Entries[name]).ToArray();
        var looked = entry.Match?.ChainsTo ?? [];
        Forget(entry);
        entry.Match = null;
        Rewatch(entry, null, []);
        Array.ForEach(before, release);

        // Anchors that only this name's leaf needed may go now: once for all the leaves that go together.
        foreach (var name in looked)
        {
            if (core.Entries.TryGetValue(name, out var trust))
            {
                trust.DecideAt = Instants.Earliest(trust.DecideAt, core.Now);
                publisher.Schedule(trust);
            }
        }
    }

    /// <summary>Stops watching for a name without another word about it.</summary>
    public void Stop(NameEntry entry)
    {
        Stop(entry.Watches);
        entry.Watches = [];
    }

    /// <summary>Returns when every watch of a source that was stopped is over.</summary>
    public async Task StoppedAsync(string source)
    {
        Task[] stopping;
        lock (core.Gate)
        {
            stopping = [.. _stopping.Where(one => one.Source == source).Select(static one => one.Ended)];
        }

        await Task.WhenAll(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static IEnumerable<string> Dependencies(NameEntry entry)
    {
        if (entry.Match?.LeafName is { } leaf)
        {
            yield return leaf;
        }

        if (entry is { IsOverLimit: false, Match.ChainToTrust: { } trust } && trust != entry.Name)
        {
            yield return trust;
        }
    }

    private bool Admit(NameEntry entry)
    {
        if (entry.Match is not { LeafName: null } match)
        {
            return true;
        }

        if (!HasRoom(entry))
        {
            return false;
        }

        _namesByRoute[match.Route.Pattern] = _namesByRoute.GetValueOrDefault(match.Route.Pattern) + 1;
        entry.Place = match.Route.Pattern;
        return true;
    }

    private void Remember(NameEntry entry)
    {
        foreach (var name in Looked(entry))
        {
            if (!core.Followers.TryGetValue(name, out var followers))
            {
                core.Followers[name] = followers = [];
            }

            followers.Add(entry);
        }
    }

    private void Forget(NameEntry entry)
    {
        foreach (var name in Looked(entry))
        {
            if (core.Followers.TryGetValue(name, out var followers) && followers.Remove(entry) && followers.Count == 0)
            {
                core.Followers.Remove(name);
            }
        }

        GiveUpPlace(entry);
        if (entry.IsOverLimit)
        {
            entry.IsOverLimit = false;
            _turnedAway.Remove(entry);
        }
    }

    /// <summary>Takes back a name's place on its route; the name stays tied to it until it is routed anew.</summary>
    public void GiveUpPlace(NameEntry entry)
    {
        if (entry.Place is { } route)
        {
            entry.Place = null;
            _namesByRoute[route]--;
        }
    }

    private static IEnumerable<string> Looked(NameEntry entry)
    {
        var names = entry.Match?.ChainsTo ?? [];
        return entry.Match?.ChainToTrust is { } trust ? names.Append(trust) : names;
    }

    private void Rewatch(NameEntry entry, RouteMatch? before, ImmutableArray<SlotReference> references)
    {
        // What passed other gates must pass the new ones before it may be served again.
        var isJudgedAlike = before is not null && before.Route.Gates == entry.Match?.Route.Gates
            && before.ChainToTrust == entry.Match.ChainToTrust && before.Compiled.Kind == entry.Match.Compiled.Kind;
        var old = entry.Watches;
        var slots = entry.Slots;
        var started = new List<SlotWatch>();
        var watches = ImmutableArray.CreateBuilder<SlotWatch>(references.Length);
        var next = ImmutableArray.CreateBuilder<Slot>(references.Length);
        foreach (var reference in references)
        {
            var place = old.IsEmpty ? -1 : old.IndexOf(old.FirstOrDefault(watch => watch.Reference == reference && !watches.Contains(watch))!);
            if (place >= 0)
            {
                watches.Add(old[place]);
                next.Add(isJudgedAlike ? slots[place] : slots[place] with { Latest = null, Earlier = null });
                continue;
            }

            var watch = new SlotWatch(reference, entry, listener, core.TimeProvider);
            started.Add(watch);
            watches.Add(watch);
            next.Add(new Slot(reference.SourceName, core.Now));
        }

        entry.Watches = watches.ToImmutable();
        entry.Slots = next.ToImmutable();
        if (!entry.Watches.SequenceEqual(old) || before?.Route.Rule != entry.Match?.Route.Rule)
        {
            // Its places are those of other slots.
            entry.Resolution = CarriedTrust.Moved(entry.Resolution, place => entry.Watches.IndexOf(old[place]));
        }

        publisher.Rejudge(entry);
        started.ForEach(static watch => watch.Start());
        _stopping.RemoveAll(static one => one.Ended.IsCompleted);
        Stop(old.Except(entry.Watches));
    }

    private void Stop(IEnumerable<SlotWatch> watches) =>
        _stopping.AddRange(watches.Select(static watch => (watch.Reference.SourceName, watch.DisposeAsync().AsTask())));
}
