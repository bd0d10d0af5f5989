using System.Collections.Immutable;

namespace SecretProviders.Spiffe;

/// <summary>
/// What one message of the Workload API says: the whole state of its stream, so that a name that is not in it was taken
/// back (SPIFFE Workload API, section 4.4). Immutable.
/// </summary>
/// <param name="States">What is said of each name: Found, or Invalid.</param>
/// <param name="Problem">What is wrong with the message as a whole, in which case it takes nothing back; or null.</param>
internal sealed record WorkloadAnswer(ImmutableDictionary<string, SecretState> States, SecretProblem? Problem = null)
{
    /// <summary>Makes the answer of a message that is not sound as a whole (section 4.5): what was good stays good.</summary>
    /// <param name="message">What is wrong with it.</param>
    /// <param name="previous">The answer before it, or null.</param>
    public static WorkloadAnswer Unsound(string message, WorkloadAnswer? previous) =>
        new(previous?.States ?? ImmutableDictionary<string, SecretState>.Empty, new SecretProblem(SecretProblemCode.Incomplete, message));

    /// <summary>Gets everything that is wrong in it, each thing once, in a stable order.</summary>
    public IEnumerable<string> Problems => States.Values.OfType<SecretState.Invalid>().Select(static state => state.Problem)
        .Append(Problem).OfType<SecretProblem>().Select(static problem => problem.Message).Distinct().Order(StringComparer.Ordinal);
}
