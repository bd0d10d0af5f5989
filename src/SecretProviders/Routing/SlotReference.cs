namespace SecretProviders.Routing;

/// <summary>One source to watch for a name, and what to ask of it.</summary>
internal sealed record SlotReference(string SourceName, ISecretSource Source, SecretReference Reference);
