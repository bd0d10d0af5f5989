namespace SecretProviders.Spiffe;

/// <summary>What is remembered of a watched reference: absence means something else after a find. Guarded by its stream.</summary>
/// <param name="name">The name in an answer.</param>
internal sealed class WorkloadWatch(string name)
{
    private bool _wasFound;
    private bool _isTakenBack;

    /// <summary>Returns what an answer says of it: absence after a find is a redaction (SPIFFE Workload API, section 4.4).</summary>
    public SecretState Next(WorkloadAnswer answer)
    {
        var said = answer.Problem is { } problem ? new SecretState.Invalid(problem) : answer.States.GetValueOrDefault(name);
        _wasFound |= said?.LastGood is not null;
        _isTakenBack = said is null && _wasFound;
        return said ?? Absent();
    }

    /// <summary>Returns what a refusal says of it; what was taken back before stays so.</summary>
    /// <param name="refusal">The refusal.</param>
    /// <param name="takesBack">Whether it takes back what was found.</param>
    public SecretState Refused(SecretState refusal, bool takesBack)
    {
        _isTakenBack |= takesBack && _wasFound;
        return _isTakenBack ? Absent() : refusal;
    }

    private SecretState Absent() => _wasFound ? new SecretState.Removed(RemovalReason.Redacted) : new SecretState.NotFound();
}
