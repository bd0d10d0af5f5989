using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Auth;

/// <summary>
/// A token that somebody else got: an agent's sink file, a secret of this provider. Read anew whenever it is to be
/// renewed or is refused, so that a new one is taken up; renewed all the same, since the somebody may be a person.
/// </summary>
internal sealed class TokenVaultAuth(SecretCredential token, CredentialReader credentials, TimeProvider timeProvider) : IVaultAuth
{
    private const string LookupPath = "auth/token/lookup-self";

    public string Description => $"the token of {token}";

    public async ValueTask<VaultToken> LogInAsync(VaultClient client, CancellationToken cancellationToken)
    {
        var value = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var now = timeProvider.GetUtcNow();
        var response = await client.SendAsync(VaultRequest.Get(LookupPath) with { Token = value }, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccess)
        {
            return VaultSession.IsPolicy(response)
                ? new VaultToken(value) { Since = now, Ttl = null, FullTtl = null, Renewable = false }
                : throw new SecretSourceException(
                    SecretErrorCode.Denied, $"{response.Server} does not know {Description} ({response.Status}{VaultErrors.Words(response)}): {Remedy(response.Status)}.");
        }

        return Read(value, response, now);
    }

    public async ValueTask<bool> IsReplacedAsync(VaultToken token, CancellationToken cancellationToken) =>
        !token.Value.Equals(await ReadAsync(cancellationToken).ConfigureAwait(false));

    private static string Remedy(int status) => status == 403 ? "it lapsed, was revoked, or is of another namespace; write a new one" : "check the source's address and namespace";

    private static VaultToken Read(SensitiveBytes value, VaultResponse response, DateTimeOffset now)
    {
        var data = response.Data.Span;
        var left = VaultJson.FindSeconds(data, "ttl"u8) ?? TimeSpan.Zero;

        // None is left of a token without an end, and of one in its last second.
        var ends = left > TimeSpan.Zero || VaultJson.FindSeconds(data, "creation_ttl"u8) > TimeSpan.Zero;
        var token = new VaultToken(value)
        {
            Since = now,
            Ttl = ends ? left : null,
            FullTtl = ends ? left : null,
            Renewable = VaultJson.FindTruth(data, "renewable"u8) ?? false,
        };
        GC.KeepAlive(response);
        return token;
    }

    private async ValueTask<SensitiveBytes> ReadAsync(CancellationToken cancellationToken)
    {
        var value = await credentials.ReadValueAsync(token, cancellationToken).ConfigureAwait(false);

        // It becomes a header; a wrapped or encrypted sink of an agent holds JSON instead.
        return value.Length > 0 && !value.GetSpan().ContainsAnyExceptInRange((byte)'!', (byte)'~') && value.GetSpan()[0] != '{'
            ? value
            : throw new SecretSourceException(
                SecretErrorCode.Unavailable, $"{Description} is not a token: it must be one word of ASCII; an agent's sink must be neither wrapped nor encrypted.");
    }
}
