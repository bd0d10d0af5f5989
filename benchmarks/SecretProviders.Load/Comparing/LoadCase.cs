namespace SecretProviders.Load.Comparing;

/// <summary>One kind of load.</summary>
/// <param name="Variant">The variant of the protocol that clients speak.</param>
/// <param name="Change">What changes in each round.</param>
/// <param name="Streams">How many streams are open, each with one secret of its own.</param>
internal sealed record LoadCase(Variant Variant, Change Change, int Streams)
{
    private const int ManySecrets = 10_000;
    private const int PushesPerRun = 20_000;
    private const int FewestRounds = 5;
    private const int MostRounds = 10;

    /// <summary>Gets the number of secrets that the server has.</summary>
    public int Secrets => Change == Change.All ? Streams : ManySecrets;

    /// <summary>Gets the number of rounds: more where a round does less, so that the figures of a run rest on enough pushes.</summary>
    public int Rounds => Change == Change.One ? MostRounds : Math.Clamp(PushesPerRun / Streams, FewestRounds, MostRounds);

    public override string ToString() => $"{(Variant == Variant.Sotw ? "SotW" : "Delta")}, {Streams:N0} streams, {(Change == Change.All ? "all rotate" : $"1 of {ManySecrets:N0} rotates")}";
}
