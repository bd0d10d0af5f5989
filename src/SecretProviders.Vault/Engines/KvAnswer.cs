namespace SecretProviders.Vault.Engines;

/// <summary>What a read of KV says.</summary>
/// <param name="State">The state.</param>
/// <param name="Stamp">The version that was found, of KV v2; else null.</param>
internal sealed record KvAnswer(SecretState State, KvStamp? Stamp = null);
