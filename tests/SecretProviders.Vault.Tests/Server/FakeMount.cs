namespace SecretProviders.Vault.Tests.Server;

/// <summary>What is mounted at a path.</summary>
/// <param name="Type">The sort of engine or login method.</param>
/// <param name="Version">The version of a KV engine, or null.</param>
/// <param name="Backend">What answers.</param>
internal sealed record FakeMount(string Type, string? Version, IFakeBackend Backend);
