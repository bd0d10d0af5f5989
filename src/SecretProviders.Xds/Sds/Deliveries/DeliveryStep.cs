namespace SecretProviders.Xds.Sds.Deliveries;

/// <summary>What is to be done about a name on a stream.</summary>
internal enum DeliveryStep
{
    /// <summary>Nothing: the peer knows what there is to know.</summary>
    None,

    /// <summary>There is news, and an unacknowledged response goes first.</summary>
    Hold,

    /// <summary>Send the secret.</summary>
    Send,

    /// <summary>Say that there is no such secret.</summary>
    Remove,
}
