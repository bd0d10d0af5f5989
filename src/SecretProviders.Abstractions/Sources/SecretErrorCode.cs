namespace SecretProviders;

/// <summary>Why a source could not answer. Programs act on the code, never on the text.</summary>
public enum SecretErrorCode
{
    /// <summary>No answer: time-out, server error, lost connection.</summary>
    Unavailable,

    /// <summary>No answer, and waiting longer will not help: refused, no such socket, wrong certificate.</summary>
    Unreachable,

    /// <summary>The store asks to be left alone for a while.</summary>
    Throttled,

    /// <summary>The store refuses to show the secret.</summary>
    Denied,

    /// <summary>The store's answer is not a sound secret.</summary>
    Invalid,
}
