namespace SecretProviders.Publishing;

/// <summary>What is published of a name, for readers and (null while pending) for an outer aggregate.</summary>
internal sealed record Published(SecretSnapshot Snapshot, SecretState? State);
