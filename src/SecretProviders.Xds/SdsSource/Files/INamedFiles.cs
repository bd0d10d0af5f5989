namespace SecretProviders.Sds;

/// <summary>The files that one secret names, as long as they are watched. Disposal ends that.</summary>
internal interface INamedFiles : IDisposable
{
    /// <summary>Gets what the secret was last read as, or null before the first time. Any thread may ask.</summary>
    SecretState? State { get; }
}
