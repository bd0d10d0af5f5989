namespace SecretProviders.Load.Comparing;

/// <summary>A variant of the xDS protocol.</summary>
internal enum Variant
{
    /// <summary>State of the world.</summary>
    Sotw,

    /// <summary>Incremental.</summary>
    Delta,
}
