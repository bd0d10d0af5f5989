namespace SecretProviders.Xds.Sds.Deliveries;

/// <summary>What a peer was last told about a name.</summary>
internal enum Told
{
    /// <summary>Nothing on this stream.</summary>
    Nothing,

    /// <summary>A version of the secret.</summary>
    Version,

    /// <summary>That there is none.</summary>
    Removal,
}
