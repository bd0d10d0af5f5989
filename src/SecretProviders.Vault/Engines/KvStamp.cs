namespace SecretProviders.Vault.Engines;

/// <summary>
/// By what a version of KV v2 is recognised: its number alone is not enough, since a secret whose metadata was deleted
/// begins with 1 again.
/// </summary>
/// <param name="Version">The number.</param>
/// <param name="CreatedTime">When it was written, as the server says it.</param>
internal sealed record KvStamp(long Version, string CreatedTime);
