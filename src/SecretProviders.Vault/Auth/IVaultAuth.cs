using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Auth;

/// <summary>One way to get a token.</summary>
internal interface IVaultAuth
{
    /// <summary>Gets the method and its place, for messages: <c>AppRole at auth/approle</c>.</summary>
    string Description { get; }

    /// <summary>Gets a token, with the credentials of this moment. Calls never overlap.</summary>
    /// <param name="client">The client.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="SecretSourceException">It was refused, or a credential or Vault is not there.</exception>
    ValueTask<VaultToken> LogInAsync(VaultClient client, CancellationToken cancellationToken);

    /// <summary>Says whether the credential is another one than that with which a token was got, so that a login is better than a renewal.</summary>
    /// <param name="token">The token that is to be renewed.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    ValueTask<bool> IsReplacedAsync(VaultToken token, CancellationToken cancellationToken) => ValueTask.FromResult(false);
}
