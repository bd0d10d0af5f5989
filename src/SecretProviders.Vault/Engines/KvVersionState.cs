namespace SecretProviders.Vault.Engines;

/// <summary>What the metadata of KV v2 says about the version that is wanted.</summary>
/// <param name="Stamp">Which version it is.</param>
/// <param name="IsThere">Whether it is neither destroyed nor deleted, nor going to be deleted.</param>
internal sealed record KvVersionState(KvStamp Stamp, bool IsThere);
