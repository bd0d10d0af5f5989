using FsCheck;
using FsCheck.Fluent;
using SecretProviders.Resolution;
using static SecretProviders.Tests.Resolution.Story;

namespace SecretProviders.Tests.Resolution;

/// <summary>What holds for every route and everything that sources may say, at every instant.</summary>
public sealed class ResolutionProperties
{
    private static readonly TimeSpan?[] Spans = [null, TimeSpan.Zero, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(5)];

    private static readonly SecretState[] Failures = [NotFound, Deleted, Redacted, Revoked, Denied, Invalid, Outage, Outage, Refused];

    private static readonly SecretState[] Secrets =
    [
        Text("one"), Text("two"), Text("leased", until: 100), Text("leased long", until: 400), Certificate(), Certificate(to: 50), Certificate(to: 200, trust: 0),
        Certificate(from: 30), Certificate(from: 150, to: 300, trust: 1),
    ];

    private static readonly SecretState[] Trusts = [Trust(0), Trust(1, 2), Trust(2, 3), Trust(4) with { ValidUntil = At(120) }];

    private static readonly Gen<SecretRoute> Policies =
        from retain in Gen.Elements(Spans)
        from stale in Gen.Elements(Spans)
        from fall in Gen.Elements(Spans)
        from dwell in Gen.Elements(TimeSpan.Zero, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(3))
        from first in Gen.Elements(TimeSpan.Zero, TimeSpan.FromSeconds(5))
        from strict in Gen.Elements(false, false, true)
        select Route with { RetainRemoved = retain, MaxStale = stale, FallThroughAfter = fall, Dwell = dwell, FirstAnswer = first, Strict = strict };

    [Fact]
    public void First_of_keeps_every_promise() => Check(Secrets, SecretRule.FirstOf, static story => story.Run(Judge));

    [Fact]
    public void Union_keeps_every_promise() => Check(Trusts, SecretRule.Union, static story => story.Run(JudgeUnion));

    private static void Check(SecretState[] finds, SecretRule rule, Func<Play, string?> run)
    {
        var events =
            from place in Gen.Choose(0, 2)
            from pause in Gen.Elements(0.0, 0.5, 3, 10, 40, 130)
            from said in Gen.Elements((SecretState[])[.. finds, .. Failures])
            from passes in Gen.Elements(true, true, true, false)
            select new Line(place, pause, said, passes);
        var plays =
            from route in Policies
            from slots in Gen.Choose(1, 3)
            from lines in Gen.ArrayOf(events)
            select new Play(route with { Rule = rule }, slots, lines);
        Prop.ForAll(plays.ToArbitrary(), play => run(play) is { } wrong ? throw new InvalidOperationException(wrong) : true).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));
    }

    /// <summary>Says what is wrong with a decision of first-of, or null.</summary>
    private static string? Judge(SecretRoute route, Slot[] slots, Held[] held, NameResolution? before, NameResolution decision, DateTimeOffset now)
    {
        var isHeld = held.Any(one => one.MayBeServed(route, now));
        return decision switch
        {
            { Status: SecretStatus.Pending } when before is { Status: not SecretStatus.Pending } => "a decided name is pending again",
            { Status: SecretStatus.Pending } when now >= Start + route.FirstAnswer => "it waits beyond firstAnswer",
            { Status: SecretStatus.Pending } => null,
            { Candidate: null } when isHeld => "a working secret was replaced by nothing",
            { Candidate: not null } when !isHeld => "something is served that no source vouches for or left",
            { Candidate: null, Status: SecretStatus.Absent } when slots.Any(static slot => slot.Sort is not (SlotSort.NotFound or SlotSort.Removed)) => "absent though a source did not say so",
            { Candidate: { } one } when !held[decision.Members.Single()].Finds.Contains(one.Secret) => "what is served is not the winner's",
            { Candidate: { } one } when !one.IsValid(now) && held.Any(other => other.IsValid(route, now)) => "an expired secret is served though there is a valid one",
            { Candidate: { } one, Status: SecretStatus.Available } when !one.IsValid(now) => "what is not valid counts as available",
            { Candidate: not null, State: null or { LastGood: null } } => "an outer aggregate does not learn what is served",
            { Status: not (SecretStatus.Available or SecretStatus.Absent), Problem: null } => "trouble without a word",
            _ => null,
        };
    }

    /// <summary>Says what is wrong with a decision of a union, or null.</summary>
    private static string? JudgeUnion(SecretRoute route, Slot[] slots, Held[] held, NameResolution? before, NameResolution decision, DateTimeOffset now)
    {
        var valid = held.Where(one => one.IsValid(route, now)).ToArray();
        var anchors = (decision.Candidate?.Secret as ValidationContext)?.TrustAnchors ?? [];
        return decision switch
        {
            { Status: SecretStatus.Pending } when before is { Status: not SecretStatus.Pending } => "a decided name is pending again",
            { Status: SecretStatus.Pending } when now >= Start + route.FirstAnswer => "it waits beyond firstAnswer",
            { Status: SecretStatus.Pending } => null,
            { Candidate: null } when valid.Length > 0 => "a working trust was replaced by nothing",
            { Candidate: not null } when anchors.IsEmpty => "an empty trust is served",
            _ when !anchors.ToHashSet().SetEquals(valid.SelectMany(one => ((ValidationContext)one.Valid(now)!.Secret).TrustAnchors)) => "the anchors are not those of the members",
            { Candidate: not null, IsPartial: false } when slots.Any(slot => slot.Sort is SlotSort.Pending or SlotSort.Denied or SlotSort.Unavailable && slot.Valid(now) is null) => "a member is missing and nobody says so",
            _ => null,
        };
    }

    private delegate string? Judgement(SecretRoute route, Slot[] slots, Held[] held, NameResolution? before, NameResolution decision, DateTimeOffset now);

    private sealed record Line(int Place, double Pause, SecretState Said, bool Passes)
    {
        public override string ToString() => $"+{Pause}s s{Place} {Said.GetType().Name}{((Said as SecretState.Removed)?.Reason)}{(Passes ? "" : " fails a gate")} {(Said as SecretState.Found)?.Secret}";
    }

    /// <summary>A model of one source that is simpler than a slot: every find that may still be served, and until when.</summary>
    private sealed class Held
    {
        private DateTimeOffset? _deletedAt;
        private DateTimeOffset? _staleSince;

        private List<SecretState.Found> Passed { get; } = [];

        public HashSet<Secret> Finds { get; } = [];

        public void Take(Line line, DateTimeOffset now)
        {
            _staleSince = line is { Said: SecretState.Found, Passes: true } ? null : _staleSince ?? now;
            switch (line.Said)
            {
                case SecretState.Found found when line.Passes:
                    Replace(found, now);
                    Finds.Add(found.Secret);
                    _deletedAt = null;
                    break;
                case SecretState.Removed { Reason: not RemovalReason.Deleted }:
                    Passed.Clear();
                    Finds.Clear();
                    _deletedAt = null;
                    break;
                case SecretState.Removed or SecretState.NotFound when Passed.Count > 0:
                    _deletedAt ??= now;
                    break;
                default:
                    break;
            }
        }

        public bool MayBeServed(SecretRoute route, DateTimeOffset now) =>
            IsKept(route, now) && (Valid(now) is not null || (!route.Strict && Passed.Exists(found => new Candidate(found, default).HasExpired(now))));

        public bool IsValid(SecretRoute route, DateTimeOffset now) => IsKept(route, now) && Valid(now) is not null;

        public Candidate? Valid(DateTimeOffset now) => Passed.Count == 0 ? null : Passed.Select(static found => new Candidate(found, default)).LastOrDefault(one => one.IsValid(now));

        // A valid find replaces all before it; one that is not leaves the one that is, and none whose time never came.
        private void Replace(SecretState.Found found, DateTimeOffset now)
        {
            if (Passed.Count > 0 && Passed[^1].Equals(found))
            {
                return;
            }

            var valid = Passed.FindLastIndex(earlier => new Candidate(earlier, default).IsValid(now));
            Passed.RemoveRange(0, Math.Max(valid, 0));
            Passed.RemoveAll(new Candidate(found, default).IsValid(now) ? static _ => true : earlier => new Candidate(earlier, default).NotBefore > now);
            Passed.Add(found);
        }

        private bool IsKept(SecretRoute route, DateTimeOffset now) =>
            _deletedAt is { } at
                ? now < at + (route.RetainRemoved ?? (Passed[^1].Secret is ValidationContext ? TimeSpan.FromHours(48) : TimeSpan.Zero))
                : route.MaxStale is not { } stale || _staleSince is not { } since || now < since + stale;
    }

    /// <summary>What several sources say, one after another, and the decisions that follow.</summary>
    private sealed record Play(SecretRoute Route, int Sources, Line[] Lines)
    {
        private readonly Slot[] _slots = [.. Enumerable.Range(0, Sources).Select(static place => Source($"s{place}"))];
        private readonly Held[] _held = [.. Enumerable.Range(0, Sources).Select(static _ => new Held())];
        private readonly bool[] _passes = new bool[Sources];
        private NameResolution? _decision;
        private DateTimeOffset _now = Start;

        public override string ToString() => $"{Route.Rule} retain {Route.RetainRemoved} stale {Route.MaxStale} fall {Route.FallThroughAfter} dwell {Route.Dwell} first {Route.FirstAnswer} strict {Route.Strict}, {Sources} sources: {string.Join("; ", Lines.AsEnumerable())}";

        /// <summary>Plays it; returns what went wrong, or null.</summary>
        public string? Run(Judgement judge)
        {
            var wrong = Decide(judge);
            foreach (var line in Lines.Where(line => line.Place < Sources))
            {
                wrong ??= PassTime(_now + TimeSpan.FromSeconds(line.Pause), judge);
                _held[line.Place].Take(line, _now);
                _passes[line.Place] = line.Said is SecretState.Found ? line.Passes : _passes[line.Place];
                _slots[line.Place] = _slots[line.Place].Says(_now, line.Said, _passes[line.Place]);
                wrong ??= Decide(judge);
            }

            return wrong ?? PassTime(Start + TimeSpan.FromDays(60), judge);
        }

        private string? PassTime(DateTimeOffset until, Judgement judge)
        {
            for (var wakes = 0; _decision!.NextChange is { } next && next <= until; wakes++)
            {
                var wrong = wakes > 50 ? "time alone changes it without end" : Rest(next) ?? Wake(next, judge);
                if (wrong is not null)
                {
                    return wrong;
                }
            }

            var early = Rest(until);
            _now = until;
            return early;
        }

        private string? Wake(DateTimeOffset at, Judgement judge)
        {
            _now = at;
            return Decide(judge);
        }

        /// <summary>Looks again at instants before the next change, at which the outcome must be the same.</summary>
        private string? Rest(DateTimeOffset until)
        {
            DateTimeOffset[] instants = [_now, _now.AddTicks((until - _now).Ticks / 3), until.AddTicks(-1)];
            return Array.TrueForAll(instants, instant => instant < _now || IsSame(_decision!, Look(_decision, instant)))
                ? null
                : $"the outcome changed before {_decision!.NextChange:O}: {_decision} became {string.Join(" or ", instants.Select(instant => $"{instant - Start}: {Look(_decision, instant)}"))}";
        }

        private string? Decide(Judgement judge)
        {
            var before = _decision;
            _decision = Look(before, _now);
            var wrong = !IsSame(_decision, Look(before, _now)) ? "it is not deterministic"
                : _decision.NextChange <= _now ? "the next change is not ahead"
                : judge(Route, _slots, _held, before, _decision, _now);
            return wrong is null ? null : $"{wrong}, {_now - Start} after the beginning: {_decision}";
        }

        private NameResolution Look(NameResolution? previous, DateTimeOffset at) => ResolutionRules.For(Route.Rule).Resolve(new RuleInput(Route, [.. _slots], previous, at, Version));

        private static bool IsSame(NameResolution one, NameResolution other) =>
            one.Status == other.Status
            && one.Candidate?.Version == other.Candidate?.Version
            && one.Members.SequenceEqual(other.Members)
            && one.IsPartial == other.IsPartial
            && one.Problem?.Code == other.Problem?.Code
            && Equals(one.State, other.State)
            && Equals(one.TrustCarrier, other.TrustCarrier);
    }
}
