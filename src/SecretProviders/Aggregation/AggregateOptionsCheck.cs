namespace SecretProviders.Aggregation;

/// <summary>Judges an aggregate's limits, all mistakes at once.</summary>
internal static class AggregateOptionsCheck
{
    /// <exception cref="SecretConfigurationException">A limit cannot be used.</exception>
    public static void Require(AggregateProviderOptions options)
    {
        var errors = Errors(options).ToArray();
        if (errors.Length > 0)
        {
            throw new SecretConfigurationException(errors);
        }
    }

    private static IEnumerable<string> Errors(AggregateProviderOptions options)
    {
        if (options.Linger < TimeSpan.Zero)
        {
            yield return $"demand.linger must not be negative, but is {options.Linger}.";
        }

        if (options.NegativeCache < TimeSpan.Zero)
        {
            yield return $"demand.negativeCache must not be negative, but is {options.NegativeCache}.";
        }

        if (options.IdleNames < 0)
        {
            yield return $"demand.idleNames must not be negative, but is {options.IdleNames}.";
        }

        if (options.NamesPerConsumer < 1)
        {
            yield return $"demand.namesPerConsumer must be at least 1, but is {options.NamesPerConsumer}.";
        }
    }
}
