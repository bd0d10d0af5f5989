namespace SecretProviders.Xds.Tests.SdsSource;

internal enum ProxyMode
{
    /// <summary>Passes everything on.</summary>
    Open,

    /// <summary>Takes connections and says nothing, as a process that hangs.</summary>
    Silent,

    /// <summary>Closes connections at once.</summary>
    Closed,
}
