namespace SecretProviders.Xds;

/// <summary>The two variants of the xDS protocol.</summary>
public enum SecretDiscoveryProtocol
{
    /// <summary>Each request lists all names (<c>StreamSecrets</c>).</summary>
    StateOfTheWorld,

    /// <summary>Requests add and remove names; absence can be told (<c>DeltaSecrets</c>).</summary>
    Delta,
}
