namespace SecretProviders.Kubernetes.Watching;

/// <summary>How a step of a watch ended.</summary>
internal enum WatchOutcome
{
    /// <summary>The list is complete.</summary>
    Listed,

    /// <summary>The server ended the watch in order, after everything that exists was seen.</summary>
    Ended,

    /// <summary>The connection was lost after everything that exists was seen.</summary>
    Cut,

    /// <summary>The server could not be reached, or asks to come back later.</summary>
    Unreachable,

    /// <summary>The server refused what was asked, or answered with what cannot be read.</summary>
    Refused,

    /// <summary>The version or the continuation is no longer kept (410).</summary>
    Gone,

    /// <summary>The server does not stream lists.</summary>
    NotStreamed,

    /// <summary>The server does not know the sort of object, which it need not.</summary>
    NotServed,
}
