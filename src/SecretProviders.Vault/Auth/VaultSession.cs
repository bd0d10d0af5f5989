using Microsoft.Extensions.Logging;
using SecretProviders.Vault.Client;
using SecretProviders.Watching;

namespace SecretProviders.Vault.Auth;

/// <summary>
/// Asks Vault with a token that never lapses: it logs in at the first question, renews in good time, and logs in again
/// when the token is lost, one login for all who wait. While a new login fails the token is used as long as it lives.
/// Safe for use by any number of threads.
/// </summary>
internal sealed partial class VaultSession : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _source;
    private readonly VaultClient _client;
    private readonly IVaultAuth _auth;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private TaskCompletionSource _changed = NewSignal();
    private VaultToken? _current;
    private Task<VaultToken>? _login;
    private Task<bool>? _check;
    private Task? _life;
    private LoginFailure? _failure;
    private bool _disposed;

    /// <summary>Makes a session; nothing is sent before the first question.</summary>
    /// <param name="source">The source's name, for the log.</param>
    /// <param name="client">The client; it stays the caller's.</param>
    /// <param name="auth">How to log in.</param>
    /// <param name="timeout">How long a login or a renewal may take.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The source's logger.</param>
    public VaultSession(string source, VaultClient client, IVaultAuth auth, TimeSpan timeout, TimeProvider timeProvider, ILogger logger)
    {
        _source = source;
        _client = client;
        _auth = auth;
        _timeout = timeout;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>Gets a number from 0 to 1 for jitter.</summary>
    internal Func<double> NextRandom { get; init; } = Random.Shared.NextDouble;

    /// <summary>Gets what is called when another token takes the place of one; what Vault leased to the old one ends with it.</summary>
    internal Action? TokenReplaced { get; init; }

    /// <summary>Gets when a login that failed is tried again; null when none is needed, or when only the token's own life tries again.</summary>
    internal DateTimeOffset? NextLogin
    {
        get
        {
            lock (_gate)
            {
                var now = _timeProvider.GetUtcNow();
                return _failure is { Until: var until } && (until > now || _current is null || !TokenLife.IsAlive(_current, now)) ? until : null;
            }
        }
    }

    /// <summary>
    /// Asks a question with the token of now. When Vault refuses and the token proves dead, asks once more with another.
    /// </summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Cancels it; not the login, which others may wait for.</param>
    /// <exception cref="SecretSourceException">There is no token, or no server could answer.</exception>
    public async ValueTask<VaultResponse> SendAsync(VaultRequest request, CancellationToken cancellationToken)
    {
        var token = await GetTokenAsync(null).WaitAsync(cancellationToken).ConfigureAwait(false);
        var response = await _client.SendAsync(request with { Token = token.Value }, cancellationToken).ConfigureAwait(false);
        if (response.Status != 403 || await IsAliveAsync(token).WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            return response with { AskedWith = token.Value };
        }

        // A refused question was not carried out, so this holds for what mints too.
        token = await GetTokenAsync(token).WaitAsync(cancellationToken).ConfigureAwait(false);
        response = await _client.SendAsync(request with { Token = token.Value }, cancellationToken).ConfigureAwait(false);
        return response with { AskedWith = token.Value };
    }

    /// <summary>Says whether an answer was given to the token of now, and not to one that was replaced while it was under way.</summary>
    /// <param name="response">An answer of this session.</param>
    public bool IsOfLatestToken(VaultResponse response)
    {
        lock (_gate)
        {
            return response.AskedWith is { } token && token.Equals(_current?.Value);
        }
    }

    /// <summary>
    /// Says whether a refusal of <c>lookup-self</c> comes from a policy that does not allow it, and not from a dead
    /// token. All versions mark the first, and only that, as a list with this one error.
    /// </summary>
    /// <param name="response">A 403.</param>
    public static bool IsPolicy(VaultResponse response) =>
        response is { Status: 403, Errors: [var only] } && only.StartsWith("1 error occurred", StringComparison.Ordinal);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task?[] running;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            running = [_login, _check, _life];
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (var task in running)
        {
            if (task is not null)
            {
                await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        _stopping.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets a token that lives, other than one that is dead; logs in when there is none.</summary>
    private Task<VaultToken> GetTokenAsync(VaultToken? dead)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var now = _timeProvider.GetUtcNow();
            if (_current is { } current && !ReferenceEquals(current.Value, dead?.Value) && TokenLife.IsAlive(current, now))
            {
                return Task.FromResult(current);
            }

            return _login ?? (_failure is { } failure && now < failure.Until ? Task.FromException<VaultToken>(failure.At(now)) : StartLoginLocked());
        }
    }

    private Task<VaultToken> StartLoginLocked() => _login = Task.Run(LogInAsync);

    private async Task<VaultToken> LogInAsync()
    {
        var what = $"The login by {_auth.Description}";
        try
        {
            var token = await LimitAsync(what, cancellationToken => _auth.LogInAsync(_client, cancellationToken)).ConfigureAwait(false);
            Adopt(token);
            return token;
        }
        catch (Exception exception)
        {
            var failure = exception as SecretSourceException
                ?? new SecretSourceException(SecretErrorCode.Unavailable, $"{what} failed: {exception.GetType().Name}.", exception);
            Remember(failure);
            throw failure;
        }
    }

    /// <summary>Does something of the session's own: no longer than the source's time-out, nor than the session lives.</summary>
    private async Task<T> LimitAsync<T>(string what, Func<CancellationToken, ValueTask<T>> work)
    {
        using var attempt = new CancellationTokenSource(_timeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token, _stopping.Token);
        try
        {
            return await work(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (attempt.IsCancellationRequested)
        {
            throw new SecretSourceException(SecretErrorCode.Unavailable, $"{what} was not answered within {_timeout}.", exception);
        }
    }

    private void Adopt(VaultToken token)
    {
        TaskCompletionSource changed;
        bool replaces;
        lock (_gate)
        {
            _login = null;
            _failure = null;
            replaces = _current is not null && !_current.Value.Equals(token.Value);
            _current = token;
            _life ??= _disposed ? null : Task.Run(LiveAsync);
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
        LoggedIn(_logger, _source, _auth.Description, token.Ttl, token.Renewable);
        if (replaces)
        {
            TokenReplaced?.Invoke();
        }
    }

    private void Remember(SecretSourceException problem)
    {
        bool isNews;
        lock (_gate)
        {
            _login = null;
            isNews = _failure?.Problem.Code != problem.Code;
            var failures = (_failure?.Count ?? 0) + 1;
            _failure = new LoginFailure(problem, failures, _timeProvider.GetUtcNow() + Backoff.Default.Wait(failures, NextRandom(), problem.RetryAfter));
        }

        if (isNews && !_stopping.IsCancellationRequested)
        {
            LoginFailed(_logger, _source, problem.Message);
        }
    }

    private sealed record LoginFailure(SecretSourceException Problem, int Count, DateTimeOffset Until)
    {
        // Each waiter gets an exception of its own, with the wait that is left.
        public SecretSourceException At(DateTimeOffset now) => new(Problem.Code, Problem.Message, Problem) { RetryAfter = Until - now };
    }
}
