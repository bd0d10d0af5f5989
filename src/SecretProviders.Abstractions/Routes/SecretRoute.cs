using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>A name pattern, its references in order of priority, its rule and its policies.</summary>
/// <param name="Pattern">
/// The names it takes: <c>{x}</c> takes one segment, <c>*</c> anything within a segment, <c>**</c> everything;
/// segments are parted by <c>/</c>.
/// </param>
/// <param name="References">Where the secret may come from, the most preferred first; at least one.</param>
public sealed record SecretRoute(string Pattern, ImmutableArray<RouteReference> References)
{
    /// <summary>Gets the rule. The default is first-of.</summary>
    public SecretRule Rule { get; init; }

    /// <summary>Gets the kind that the names have, or null when the first find is to fix it.</summary>
    public SecretKind? Kind { get; init; }

    /// <summary>Gets the name under which the trust of the same answer is published (a template with all the pattern's parameters), or null.</summary>
    public string? Trust { get; init; }

    /// <summary>Gets the names of validation contexts that must hold an anchor of a leaf before it is published; a route must take each, unless it has parameters.</summary>
    public ImmutableArray<string> ChainsTo { get; init; } = [];

    /// <summary>Gets a value indicating whether an expired certificate is withdrawn instead of served with an alarm.</summary>
    public bool Strict { get; init; }

    /// <summary>Gets what a candidate must meet to win.</summary>
    public SecretGates Gates { get; init; } = SecretGates.None;

    /// <summary>Gets how long a deleted secret is kept, or null for 48 hours of a validation context and 0 of any other kind.</summary>
    public TimeSpan? RetainRemoved { get; init; }

    /// <summary>Gets how long a secret is served while its source cannot vouch for it, or null for as long as need be.</summary>
    public TimeSpan? MaxStale { get; init; }

    /// <summary>Gets after how long of an outage the next source is used although this one has a last good secret, or null for never.</summary>
    public TimeSpan? FallThroughAfter { get; init; }

    /// <summary>Gets how long a higher source that has not answered holds back the lower ones. The default is 5 seconds.</summary>
    public TimeSpan FirstAnswer { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long a source must be back from an outage before it wins again. The default is 30 seconds.</summary>
    public TimeSpan Dwell { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long a leaf waits for its trust at most. The default is 5 seconds.</summary>
    public TimeSpan GroupHold { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how many names of this route may be watched at once, or null for no limit of its own.</summary>
    public int? MaxNames { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Pattern;
}
