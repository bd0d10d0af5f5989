using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Auth;

/// <content>Whether a refusal is the policy's or comes from a token that is dead or out of date, one look for all who were refused.</content>
internal sealed partial class VaultSession
{
    // A check that began before our refusal may have come too early to see that the token is dead.
    private async Task<bool> IsAliveAsync(VaultToken token) =>
        await Check(token, out var began).ConfigureAwait(false) && (began || await Check(token, out _).ConfigureAwait(false));

    private Task<bool> Check(VaultToken token, out bool began)
    {
        lock (_gate)
        {
            began = false;
            if (_disposed || !ReferenceEquals(_current?.Value, token.Value) || !TokenLife.IsAlive(_current!, _timeProvider.GetUtcNow()))
            {
                return Task.FromResult(_disposed);
            }

            if (_check is null or { IsCompleted: true })
            {
                began = true;
                _check = Task.Run(() => LookUpAsync(token));
            }

            return _check;
        }
    }

    private async Task<bool> LookUpAsync(VaultToken token)
    {
        // When this fails nobody knows what the refusal means, and the question has failed too.
        var response = await LimitAsync(
            "A look at the token", cancellationToken => _client.SendAsync(VaultRequest.Get("auth/token/lookup-self") with { Token = token.Value }, cancellationToken)).ConfigureAwait(false);
        if (response.Status != 403 || IsPolicy(response))
        {
            // Somebody may have put a better one in its place; this one serves on where that is none.
            return !await IsReplacedAsync(token).ConfigureAwait(false);
        }

        Drop(token);
        return false;
    }

    private void Drop(VaultToken token)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_current?.Value, token.Value))
            {
                return;
            }

            // It lapsed when it was given, so to say.
            _current = token with { Ttl = TimeSpan.Zero };
        }

        TokenLost(_logger, _source, _auth.Description);
    }
}
