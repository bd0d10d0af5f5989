namespace SecretProviders.Xds.Tests.SdsSource;

internal enum ProxyMode
{
    /// <summary>Passes everything on.</summary>
    Open,

    /// <summary>Takes connections and says nothing, as a process that hangs.</summary>
    Silent,

    /// <summary>Closes connections at once.</summary>
    Closed,

    /// <summary>Keeps the connections that are open and those to come, and passes nothing on, as a process that was stopped.</summary>
    Frozen,

    /// <summary>Keeps the connections and what comes on them until it is open again, as a process that is stopped and goes on.</summary>
    Stopped,
}
