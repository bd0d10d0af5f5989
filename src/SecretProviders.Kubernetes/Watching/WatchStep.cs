namespace SecretProviders.Kubernetes.Watching;

/// <summary>What a watch does next.</summary>
internal enum WatchStep
{
    /// <summary>Watch with everything that exists streamed first.</summary>
    Stream,

    /// <summary>List by pages.</summary>
    List,

    /// <summary>List at once, since the continuation of pages was lost.</summary>
    ListWhole,

    /// <summary>Watch from the version that is known.</summary>
    Watch,
}
