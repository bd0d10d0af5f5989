namespace SecretProviders.Xds.Sds.Deliveries;

/// <summary>One response to make.</summary>
/// <param name="Name">The secret's name.</param>
/// <param name="Nonce">The nonce to send.</param>
/// <param name="Snapshot">The secret to send, or null to say that there is none.</param>
internal readonly record struct DeliveryOrder(string Name, long Nonce, SecretSnapshot? Snapshot);
