using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Auth;

/// <summary>
/// AppRole (<c>auth/approle/login</c>). A wrapped secret id is unwrapped once and kept in memory for later logins,
/// until another wrapping token is written.
/// </summary>
internal sealed class AppRoleVaultAuth(
    VaultAppRoleOptions options, CredentialReader credentials, TimeProvider timeProvider) : IVaultAuth
{
    private readonly string _mount = VaultPath.EscapeMount(options.Mount);
    private SensitiveBytes? _wrappingToken;
    private SensitiveBytes? _unwrapped;

    public string Description => $"AppRole at auth/{options.Mount}{(options.SecretId is null ? string.Empty : $", secret id of {options.SecretId}")}";

    public async ValueTask<VaultToken> LogInAsync(VaultClient client, CancellationToken cancellationToken)
    {
        var secretId = options.SecretId is { } credential
            ? await ReadSecretIdAsync(client, credential, cancellationToken).ConfigureAwait(false)
            : null;
        var body = VaultJson.WriteObject(("role_id", VaultJson.Text(options.RoleId)), ("secret_id", secretId));
        return await VaultLogin.PostAsync(client, timeProvider, Description, _mount, body, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<SensitiveBytes> ReadSecretIdAsync(VaultClient client, SecretCredential credential, CancellationToken cancellationToken)
    {
        var value = await credentials.ReadValueAsync(credential, cancellationToken).ConfigureAwait(false);
        if (!options.SecretIdWrapped)
        {
            return value;
        }

        if (_unwrapped is null || !value.Equals(_wrappingToken))
        {
            _unwrapped = await UnwrapAsync(client, value, credential, cancellationToken).ConfigureAwait(false);
            _wrappingToken = value;
        }

        return _unwrapped;
    }

    private async ValueTask<SensitiveBytes> UnwrapAsync(VaultClient client, SensitiveBytes token, SecretCredential credential, CancellationToken cancellationToken)
    {
        // Whoever intercepts a wrapping token can put one of his own in its place, but not with this path.
        var lookup = await client.SendAsync(
            VaultRequest.Post("sys/wrapping/lookup", VaultJson.WriteObject(("token", token))) with { Repeatable = true }, cancellationToken).ConfigureAwait(false);
        if (!lookup.IsSuccess)
        {
            throw Refused(lookup, credential);
        }

        var path = VaultJson.FindText(lookup.Data.Span, "creation_path"u8) ?? string.Empty;
        if (!path.StartsWith($"auth/{options.Mount}/role/", StringComparison.Ordinal) || !path.EndsWith("secret-id", StringComparison.Ordinal))
        {
            throw new SecretSourceException(
                SecretErrorCode.Denied,
                $"The wrapping token of {credential} was made by '{path}', not for a secret id of auth/{options.Mount}: it may have been exchanged; revoke it and look for who did.");
        }

        var unwrapped = await client.SendAsync(VaultRequest.Post("sys/wrapping/unwrap") with { Token = token }, cancellationToken).ConfigureAwait(false);
        return unwrapped.IsSuccess && VaultJson.FindSensitive(unwrapped.Data.Span, "secret_id"u8) is { } secretId ? secretId : throw Refused(unwrapped, credential);
    }

    private static SecretSourceException Refused(VaultResponse response, SecretCredential credential) => new(
        SecretErrorCode.Denied,
        $"{response.Server} does not unwrap the secret id of {credential} ({response.Status}{VaultErrors.Words(response)}): it lapsed, or somebody else has unwrapped it, which is an alarm; write a new one.");
}
