namespace SecretProviders.Vault.Client;

/// <summary>A token as a login or a renewal gives it.</summary>
/// <param name="Token">The token; empty when more is needed to get it (multi-factor), or when it is not told.</param>
/// <param name="Ttl">How long it lives from now; zero for ever.</param>
/// <param name="Renewable">Whether that can be made longer.</param>
/// <param name="NeedsMfa">Whether a second factor is asked for.</param>
internal sealed record VaultGrant(SensitiveBytes Token, TimeSpan Ttl, bool Renewable, bool NeedsMfa);
