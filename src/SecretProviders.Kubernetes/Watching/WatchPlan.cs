namespace SecretProviders.Kubernetes.Watching;

/// <summary>What a watch does, and what it does after each outcome. Pure: the whole behaviour is this table.</summary>
/// <param name="Step">What to do now.</param>
/// <param name="Streams">Whether the server is believed to stream lists.</param>
/// <param name="Failures">How many steps in a row brought nothing.</param>
/// <param name="Refusals">How many of them the server itself refused.</param>
/// <param name="IsLost">Whether what is known must be called out of date.</param>
internal readonly record struct WatchPlan(WatchStep Step, bool Streams, int Failures = 0, int Refusals = 0, bool IsLost = false)
{
    // A server that refuses to go on from a version may have been restored, or have lost it without the word for it.
    private const int MostRefusals = 3;

    public static WatchPlan Start(bool streams) => new(First(streams), streams);

    /// <summary>Gets a value indicating whether to wait before the step; a first loss is most likely nothing.</summary>
    public bool Waits => Failures > 1 || IsLost;

    /// <summary>Gets the plan after a step.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="progressed">Whether it brought something, or lasted.</param>
    public WatchPlan After(WatchOutcome outcome, bool progressed)
    {
        var failures = progressed ? 0 : Failures;
        var refusals = progressed ? 0 : Refusals;
        return outcome switch
        {
            WatchOutcome.Listed => new(WatchStep.Watch, Streams, failures, refusals),
            WatchOutcome.Ended => new(WatchStep.Watch, Streams, progressed ? 0 : failures + 1, refusals),
            WatchOutcome.Cut => new(WatchStep.Watch, Streams, failures + 1, refusals, IsLost && !progressed),
            WatchOutcome.Unreachable => new(Resume, Streams, failures + 1, refusals, IsLost: true),
            WatchOutcome.Gone => new(Step == WatchStep.List ? WatchStep.ListWhole : First(Streams), Streams, failures + 1, refusals, IsLost && !progressed),
            WatchOutcome.NotStreamed => new(WatchStep.List, Streams: false, failures, refusals, IsLost),
            WatchOutcome.NotServed => new(First(Streams), Streams, failures + 1, refusals, IsLost: true),
            _ => Refuse(failures + 1, refusals + 1),
        };
    }

    // A list that broke off is begun anew, a watch goes on where it was.
    private WatchStep Resume => Step == WatchStep.Watch ? WatchStep.Watch : First(Streams);

    private static WatchStep First(bool streams) => streams ? WatchStep.Stream : WatchStep.List;

    private WatchPlan Refuse(int failures, int refusals) => refusals >= MostRefusals
        ? new(First(Streams), Streams, failures, Refusals: 0, IsLost: true)
        : new(Resume, Streams, failures, refusals, IsLost: true);
}
