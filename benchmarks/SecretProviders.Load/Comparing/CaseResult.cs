namespace SecretProviders.Load.Comparing;

/// <summary>All runs of one case.</summary>
/// <param name="Load">The case.</param>
/// <param name="Runs">The runs of each server, in the order in which the servers took turns.</param>
internal sealed record CaseResult(LoadCase Load, IReadOnlyList<(Setup Setup, IReadOnlyList<RunResult> Runs)> Runs)
{
    /// <summary>Gets a figure of every server.</summary>
    public IReadOnlyList<(Setup Setup, Spread Spread)> Spreads(Figure figure) =>
        [.. Runs.Select(server => (server.Setup, Spread.Of(server.Runs.Select(run => figure.Value(Load, run)))))];
}
