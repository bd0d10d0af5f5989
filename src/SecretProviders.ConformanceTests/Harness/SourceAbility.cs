namespace SecretProviders.ConformanceTests;

/// <summary>
/// What a source, its store and the harness can do. What one of them lacks is declared as a gap with its reason, and
/// the suites then check what holds instead; no test is left out.
/// </summary>
public enum SourceAbility
{
    /// <summary>Tests decide what the store holds. Without it the source makes its secrets itself, and they change by <see cref="SecretSourceHarness.RotateAsync"/>.</summary>
    Write,

    /// <summary>Secrets can be deleted. Without it a secret that was found stays.</summary>
    Delete,

    /// <summary>A secret may not be there. Without it every well-formed key is found.</summary>
    Absence,

    /// <summary>The watches at the store can be counted. Without it only their states are compared.</summary>
    CountWatches,

    /// <summary>The questions to the store can be counted. Without it nobody sees whether an outage is met with a busy loop.</summary>
    CountReads,

    /// <summary>The fault <see cref="StoreFault.Down"/> can happen. Without it the source always answers.</summary>
    Down,

    /// <summary>The fault <see cref="StoreFault.Silent"/> can happen. Without it the source always answers.</summary>
    Silent,

    /// <summary>The fault <see cref="StoreFault.Throttled"/> can happen. Without it the source always answers.</summary>
    Throttled,

    /// <summary>The fault <see cref="StoreFault.Denied"/> can happen. Without it the source always answers.</summary>
    Denied,

    /// <summary>The fault <see cref="StoreFault.Unsound"/> can happen. Without it what is found is always sound.</summary>
    Unsound,

    /// <summary>The store says that there is no such secret. Without it a source can only conclude it from silence, and the clock moves meanwhile.</summary>
    TellAbsence,
}
