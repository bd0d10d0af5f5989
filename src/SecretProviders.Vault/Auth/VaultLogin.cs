using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Auth;

/// <summary>What the methods that post credentials to <c>auth/MOUNT/login</c> have in common.</summary>
internal static class VaultLogin
{
    /// <summary>Posts credentials and takes the token of the answer.</summary>
    /// <param name="client">The client.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="description">The method, for messages.</param>
    /// <param name="mount">Where the method is mounted, escaped.</param>
    /// <param name="body">The credentials.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async ValueTask<VaultToken> PostAsync(
        VaultClient client, TimeProvider timeProvider, string description, string mount, SensitiveBytes body, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();

        // Safe to repeat: a login that nobody hears of leaves a token that lapses by itself.
        var response = await client.SendAsync(VaultRequest.Post($"auth/{mount}/login", body) with { Repeatable = true }, cancellationToken).ConfigureAwait(false);
        return Take(response, now, description);
    }

    /// <summary>Takes the token of an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="since">When the question was sent.</param>
    /// <param name="description">The method, for messages.</param>
    /// <exception cref="SecretSourceException">There is none.</exception>
    public static VaultToken Take(VaultResponse response, DateTimeOffset since, string description)
    {
        if (!response.IsSuccess)
        {
            throw new SecretSourceException(
                SecretErrorCode.Denied, $"{response.Server} refused the login by {description} ({response.Status}{VaultErrors.Words(response)}): check its role, its credentials and its mount.");
        }

        if (response.Auth is { NeedsMfa: true })
        {
            throw new SecretSourceException(
                SecretErrorCode.Denied, $"{response.Server} asks for a second factor at the login by {description}, which no machine has: exempt this role from MFA.");
        }

        if (response.Auth is not { Token.Length: > 0 } grant)
        {
            throw new SecretSourceException(
                SecretErrorCode.Denied, $"{response.Server} answered the login by {description} without a token ({response.Status}{VaultErrors.Words(response)}): check its mount.");
        }

        TimeSpan? ttl = grant.Ttl > TimeSpan.Zero ? grant.Ttl : null;
        return new VaultToken(grant.Token) { Since = since, Ttl = ttl, FullTtl = ttl, Renewable = grant.Renewable };
    }
}
