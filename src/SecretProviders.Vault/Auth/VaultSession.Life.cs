using SecretProviders.Vault.Client;
using SecretProviders.Watching;

namespace SecretProviders.Vault.Auth;

/// <content>The life of the token: one loop that renews it or logs in again before it lapses.</content>
internal sealed partial class VaultSession
{
    // Timers end at 49 days; a token may live longer than that.
    private static readonly TimeSpan LongestNap = TimeSpan.FromDays(1);

    private async Task LiveAsync()
    {
        var failures = 0;
        while (!_stopping.IsCancellationRequested)
        {
            var (token, changed) = Latest();
            var (step, at) = TokenLife.Next(token, NextRandom());
            await SleepAsync(failures == 0 ? at : _timeProvider.GetUtcNow() + Backoff.Default.Wait(failures, NextRandom(), null), changed).ConfigureAwait(false);
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            if (changed.IsCompleted)
            {
                failures = 0;
                continue;
            }

            failures = await TakeAsync(step, token).ConfigureAwait(false) ? 0 : failures + 1;
        }
    }

    private (VaultToken Token, Task Changed) Latest()
    {
        lock (_gate)
        {
            return (_current!, _changed.Task);
        }
    }

    private async Task SleepAsync(DateTimeOffset until, Task changed)
    {
        while (!changed.IsCompleted && !_stopping.IsCancellationRequested)
        {
            var wait = until - _timeProvider.GetUtcNow();
            if (wait <= TimeSpan.Zero)
            {
                return;
            }

            // Timers count whole milliseconds: rounding down would spin through the last one.
            var whole = TimeSpan.FromMilliseconds(Math.Ceiling((wait < LongestNap ? wait : LongestNap).TotalMilliseconds));
            using var nap = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            await Task.WhenAny(changed, Task.Delay(whole, _timeProvider, nap.Token)).ConfigureAwait(false);
            await nap.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Renews or logs in.</summary>
    /// <returns>False when it is to be tried again soon.</returns>
    private async Task<bool> TakeAsync(TokenStep step, VaultToken token)
    {
        try
        {
            var now = _timeProvider.GetUtcNow();
            if (step == TokenStep.Renew && TokenLife.IsAlive(token, now) && !await IsReplacedAsync(token).ConfigureAwait(false))
            {
                switch (await RenewAsync(token, now).ConfigureAwait(false))
                {
                    case true:
                        return true;
                    case null:
                        return false;
                }
            }

            await GetTokenAsync(token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is SecretSourceException or OperationCanceledException)
        {
            // The login said so itself.
            return false;
        }
    }

    private async Task<bool> IsReplacedAsync(VaultToken token)
    {
        try
        {
            return await LimitAsync("The credential", cancellationToken => _auth.IsReplacedAsync(token, cancellationToken)).ConfigureAwait(false);
        }
        catch (SecretSourceException)
        {
            // A credential that cannot be read now is no reason to let a living token die.
            return false;
        }
    }

    /// <summary>Renews the token: true when its life is longer now, false when Vault refused, null when nobody knows.</summary>
    private async Task<bool?> RenewAsync(VaultToken token, DateTimeOffset now)
    {
        try
        {
            var request = VaultRequest.Post("auth/token/renew-self") with { Token = token.Value, Repeatable = true };
            var response = await LimitAsync("The renewal", cancellationToken => _client.SendAsync(request, cancellationToken)).ConfigureAwait(false);
            if (response is { IsSuccess: true, Auth: { } grant })
            {
                Lengthen(token, token.Renewed(now, grant.Ttl, grant.Renewable));
                return true;
            }

            RenewalRefused(_logger, _source, $"{response.Server}: {response.Status}{VaultErrors.Words(response)}");
            return false;
        }
        catch (SecretSourceException failure)
        {
            RenewalFailed(_logger, _source, failure.Message);
            return null;
        }
    }

    private void Lengthen(VaultToken old, VaultToken renewed)
    {
        lock (_gate)
        {
            // Somebody may have logged in meanwhile.
            if (ReferenceEquals(_current, old))
            {
                _current = renewed;
                _failure = null;
            }
        }
    }
}
