namespace SecretProviders.ConformanceTests;

/// <summary>What may go wrong between a source and its store.</summary>
public enum StoreFault
{
    /// <summary>The store is gone or answers with errors: the source says Unavailable.</summary>
    Down,

    /// <summary>The store takes the question and never answers: the source says Unavailable within its time-out.</summary>
    Silent,

    /// <summary>The store asks to be left alone: the source says Unavailable.</summary>
    Throttled,

    /// <summary>The store refuses to show the secret: the source says Denied.</summary>
    Denied,

    /// <summary>The store holds bytes that are not a sound secret: the source says Invalid.</summary>
    Unsound,
}
