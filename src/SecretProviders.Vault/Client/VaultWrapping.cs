namespace SecretProviders.Vault.Client;

/// <summary>The wrapping of an answer: its content waits at Vault for whoever shows the token first.</summary>
/// <param name="Token">The token that unwraps, once.</param>
/// <param name="Ttl">How long it waits.</param>
/// <param name="CreationPath">The path whose answer is wrapped.</param>
internal sealed record VaultWrapping(SensitiveBytes Token, TimeSpan Ttl, string CreationPath);
