namespace SecretProviders.Kubernetes.Configuration.Exec;

/// <summary>What a plugin gives, kept until it ends or the server refuses it. The plugin runs once at a time.</summary>
/// <param name="plugin">The plugin.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class ExecCredential(ExecPlugin plugin, TimeProvider timeProvider) : ICredential
{
    private readonly SemaphoreSlim _turn = new(1);
    private (Proof Proof, DateTimeOffset? Expiration, long At)? _kept;

    /// <summary>Gets or sets how long the plugin may run.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async ValueTask<Proof> GetAsync(bool renew, CancellationToken cancellationToken)
    {
        var asked = timeProvider.GetTimestamp();
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Whoever waited while another renewed it takes what that one got.
            if (_kept is not { } kept || (renew && kept.At < asked) || kept.Expiration <= timeProvider.GetUtcNow())
            {
                var (proof, expiration) = await ExecRun.RunAsync(plugin, Patience, timeProvider, cancellationToken).ConfigureAwait(false);
                kept = (proof, expiration, timeProvider.GetTimestamp());
                _kept = kept;
            }

            return kept.Proof;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
