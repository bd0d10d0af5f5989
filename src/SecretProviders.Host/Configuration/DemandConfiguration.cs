namespace SecretProviders.Host.Configuration;

/// <summary>The section <c>demand</c>; null leaves the provider's own default.</summary>
/// <param name="Linger">How long a name is watched after its last subscriber.</param>
/// <param name="IdleNames">How many names nobody subscribes to are kept.</param>
/// <param name="NegativeCache">How long an absent name that nobody subscribes to is remembered.</param>
/// <param name="NamesPerConsumer">How many names one consumer may hold.</param>
internal sealed record DemandConfiguration(TimeSpan? Linger, int? IdleNames, TimeSpan? NegativeCache, int? NamesPerConsumer)
{
    public static DemandConfiguration Bind(SectionReader section) => new(
        section.Duration("linger"),
        section.Integer("idleNames", 0, int.MaxValue),
        section.Duration("negativeCache"),
        section.Integer("namesPerConsumer", 1, int.MaxValue));
}
