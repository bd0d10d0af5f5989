using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Auth;

/// <summary>A JWT of any issuer (<c>auth/jwt/login</c>): a file, or a secret of the same provider, read anew for each login.</summary>
internal sealed class JwtVaultAuth(VaultJwtOptions options, CredentialReader credentials, TimeProvider timeProvider) : IVaultAuth
{
    private readonly string _mount = VaultPath.EscapeMount(options.Mount);

    public string Description => $"JWT at auth/{options.Mount}{(options.Role is null ? ", default role" : $", role '{options.Role}'")}";

    public async ValueTask<VaultToken> LogInAsync(VaultClient client, CancellationToken cancellationToken)
    {
        var jwt = await credentials.ReadValueAsync(options.Jwt!, cancellationToken).ConfigureAwait(false);
        var body = VaultJson.WriteObject(("role", options.Role is { } role ? VaultJson.Text(role) : null), ("jwt", jwt));
        return await VaultLogin.PostAsync(client, timeProvider, Description, _mount, body, cancellationToken).ConfigureAwait(false);
    }
}
