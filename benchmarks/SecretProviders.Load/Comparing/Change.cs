namespace SecretProviders.Load.Comparing;

/// <summary>What changes in each round.</summary>
internal enum Change
{
    /// <summary>Every secret, one of which each stream has.</summary>
    All,

    /// <summary>One secret of 10,000.</summary>
    One,
}
