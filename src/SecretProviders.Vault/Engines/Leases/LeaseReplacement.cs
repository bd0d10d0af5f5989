namespace SecretProviders.Vault.Engines.Leases;

/// <summary>
/// Asks for others in place of all that was leased to a token that is gone, since Vault takes it back; at once, but not
/// again and again where each token is soon gone, which would create credentials without end.
/// </summary>
/// <param name="leases">The leases.</param>
/// <param name="refresh">Reads a reference again.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class LeaseReplacement(LeaseBook leases, Func<SecretReference, Task> refresh, TimeProvider timeProvider) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<SecretReference> _refused = [];
    private Task _running = Task.CompletedTask;
    private bool _isRunning;

    /// <summary>Refuses all leases of now, and lets them be replaced.</summary>
    public void Start()
    {
        lock (_gate)
        {
            _refused.UnionWith(leases.Refuse());
            if (!_isRunning && _refused.Count > 0 && !_stopping.IsCancellationRequested)
            {
                _isRunning = true;
                _running = Task.Run(RunAsync);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task running;
        lock (_gate)
        {
            running = _running;
        }

        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync()
    {
        while (TakeRefused() is { Length: > 0 } refused)
        {
            await Task.WhenAll(refused.Select(refresh)).ConfigureAwait(false);
            await Task.Delay(Pause, timeProvider, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private SecretReference[] TakeRefused()
    {
        lock (_gate)
        {
            SecretReference[] refused = [.. _refused];
            _refused.Clear();
            _isRunning = refused.Length > 0;
            return refused;
        }
    }
}
