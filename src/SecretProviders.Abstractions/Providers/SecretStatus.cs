namespace SecretProviders;

/// <summary>What the provider says about a name.</summary>
public enum SecretStatus
{
    /// <summary>No source has answered yet. Says nothing about what they hold.</summary>
    Pending,

    /// <summary>There is a secret, and the source it came from vouches for it.</summary>
    Available,

    /// <summary>There is a secret, but its source cannot vouch for it now, or it has expired: see the problem.</summary>
    Stale,

    /// <summary>No route takes the name, or every source answered that it has none.</summary>
    Absent,

    /// <summary>There is none to show: a source refused.</summary>
    Denied,

    /// <summary>There is none to show: what a source has is not sound.</summary>
    Invalid,

    /// <summary>There is none to show: a source gave no answer.</summary>
    Unavailable,
}
