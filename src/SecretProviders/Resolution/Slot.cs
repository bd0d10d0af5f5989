using System.Collections.Immutable;
using SecretProviders.Gates;

namespace SecretProviders.Resolution;

/// <summary>
/// All that a decision knows of one source of a name: its latest state, since when that sort of state holds, and the
/// last finds that passed the route's gates. Immutable.
/// </summary>
internal sealed record Slot(string Source, DateTimeOffset Started)
{
    /// <summary>Gets the origin of finds that name none themselves.</summary>
    public SecretOrigin Origin { get; } = new(Source);

    /// <summary>Gets the latest state, or null while pending.</summary>
    public SecretState? State { get; init; }

    public SlotSort Sort { get; init; }

    /// <summary>Gets since when the sort holds; a rotation or a new error text does not restart it.</summary>
    public DateTimeOffset Since { get; init; } = Started;

    /// <summary>Gets the last find that passed.</summary>
    public Candidate? Latest { get; init; }

    /// <summary>Gets the find before it, kept if the last one came while it was not valid itself.</summary>
    public Candidate? Earlier { get; init; }

    /// <summary>Gets since when the source has not vouched for a secret, whatever sorts of failure followed each other.</summary>
    public DateTimeOffset? StaleSince { get; init; }

    /// <summary>Gets when the source came back from an outage, or null if it never was in one.</summary>
    public DateTimeOffset? RecoveredAt { get; init; }

    /// <summary>Gets when the store deleted what is held here; a find that fails a gate does not call it back.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>Gets a value indicating whether the source ever gave an answer, an outage that will not pass included.</summary>
    public bool HasAnswered { get; init; }

    /// <summary>Gets what was held when the source took it back (redacted, revoked), until its next find.</summary>
    public Candidate? TakenBack { get; init; }

    public ImmutableArray<GateVerdict> Verdicts { get; init; } = [];

    /// <summary>Gets the first gate's objection, or null.</summary>
    public SecretProblem? Objection => Verdicts.Select(static verdict => verdict.Problem).FirstOrDefault(static problem => problem is not null);

    /// <summary>Takes in what the source said.</summary>
    /// <param name="said">The new state.</param>
    /// <param name="judged">The state's last good find if it passed the gates, else null.</param>
    /// <param name="verdicts">The verdicts on the last good find; empty if there is none.</param>
    /// <param name="now">The present.</param>
    public Slot Next(SecretState said, Candidate? judged, ImmutableArray<GateVerdict> verdicts, DateTimeOffset now)
    {
        var sort = SortOf(said, judged is not null);
        var deletedAt = said.DeletedAt ?? (said is SecretState.Removed ? DeletedAt ?? now : null);
        var takenBack = said is SecretState.Found ? null : TakenBack;

        // Redacted, revoked or never found: nothing that was held before may be served.
        var isEmpty = said.LastGood is null;
        var isNew = judged is not null && !(judged.Version == Latest?.Version && judged == Latest);
        return this with
        {
            State = said,
            Sort = sort,
            Since = sort == Sort ? Since : now,
            StaleSince = sort == SlotSort.Found ? null : StaleSince ?? now,
            RecoveredAt = sort != SlotSort.Found ? null : Sort is SlotSort.Unavailable or SlotSort.Denied ? now : RecoveredAt,
            DeletedAt = isEmpty ? null : judged is null ? DeletedAt ?? deletedAt : deletedAt,
            HasAnswered = HasAnswered || said is not SecretState.Unavailable { Definite: false, LastGood: null },
            TakenBack = isEmpty ? Latest ?? takenBack : takenBack,
            Verdicts = verdicts,
            Latest = isEmpty ? null : isNew ? judged : Latest,
            Earlier = isEmpty ? null : !isNew ? Earlier : judged!.IsValid(now) ? null : Valid(now) ?? Expired(now),
        };
    }

    /// <summary>Returns the slot as it had been if its instants had been read from a clock so much behind; a deletion is dated by the store.</summary>
    public Slot SetBack(TimeSpan by) => this with { Started = Started - by, Since = Since - by, StaleSince = StaleSince - by, RecoveredAt = RecoveredAt - by };

    /// <summary>Returns the find to serve, or null when none is valid in time.</summary>
    public Candidate? Valid(DateTimeOffset now) => Latest?.IsValid(now) == true ? Latest : Earlier?.IsValid(now) == true ? Earlier : null;

    /// <summary>Returns the find that expired last, or null.</summary>
    public Candidate? Expired(DateTimeOffset now) => (Latest?.HasExpired(now), Earlier?.HasExpired(now)) switch
    {
        (true, true) => Latest!.NotAfter >= Earlier!.NotAfter ? Latest : Earlier,
        (true, _) => Latest,
        (_, true) => Earlier,
        _ => null,
    };

    /// <summary>Returns the next instant at which a find begins or ends to be valid.</summary>
    public DateTimeOffset? NextValidityChange(DateTimeOffset now)
    {
        return Instants.Earliest(Change(Latest, now), Change(Earlier, now));

        static DateTimeOffset? Change(Candidate? candidate, DateTimeOffset now) =>
            Instants.Earliest(Instants.Future(candidate?.NotBefore, now), Instants.Future(Instants.JustAfter(candidate?.NotAfter), now));
    }

    private static SlotSort SortOf(SecretState said, bool passed) => said switch
    {
        SecretState.Found => passed ? SlotSort.Found : SlotSort.Invalid,
        SecretState.NotFound => SlotSort.NotFound,
        SecretState.Removed => SlotSort.Removed,
        SecretState.Denied => SlotSort.Denied,
        SecretState.Invalid => SlotSort.Invalid,
        _ => SlotSort.Unavailable,
    };
}
