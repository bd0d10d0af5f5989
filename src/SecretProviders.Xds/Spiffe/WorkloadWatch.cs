namespace SecretProviders.Spiffe;

/// <summary>What is remembered of a watched reference: absence means something else after a find. Guarded by its stream.</summary>
/// <param name="name">The name in an answer.</param>
internal sealed class WorkloadWatch(string name)
{
    /// <summary>Gets a value indicating whether it was found since it is watched.</summary>
    public bool WasFound { get; private set; }

    /// <summary>Gets what its absence means (SPIFFE Workload API, section 4.4).</summary>
    public SecretState Absent => WasFound ? new SecretState.Removed(RemovalReason.Redacted) : new SecretState.NotFound();

    /// <summary>Returns what an answer says of it.</summary>
    public SecretState Next(WorkloadAnswer answer)
    {
        var said = answer.Problem is { } problem ? new SecretState.Invalid(problem) : answer.States.GetValueOrDefault(name);
        WasFound |= said?.LastGood is not null;
        return said ?? Absent;
    }
}
