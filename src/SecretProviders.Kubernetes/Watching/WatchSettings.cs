using Microsoft.Extensions.Logging;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Permissions;
using SecretProviders.Watching;

namespace SecretProviders.Kubernetes.Watching;

/// <summary>What all watches of one source share.</summary>
/// <param name="Client">The API server.</param>
/// <param name="Access">Proves what is permitted.</param>
/// <param name="Recheck">After how long a watch is begun anew.</param>
/// <param name="TimeProvider">The clock.</param>
/// <param name="Logger">The source's logger.</param>
internal sealed record WatchSettings(IKubernetesClient Client, AccessProver Access, TimeSpan Recheck, TimeProvider TimeProvider, ILogger Logger)
{
    /// <summary>How many objects are asked for in one page of a list.</summary>
    public const int PageSize = 500;

    /// <summary>For how long a list may be silent before what waits for it is read otherwise.</summary>
    public static readonly TimeSpan LateList = TimeSpan.FromSeconds(1);

    private volatile bool _streamsLists = true;

    /// <summary>Gets or sets a value indicating whether the server is believed to stream lists; learnt once for all watches.</summary>
    public bool StreamsLists
    {
        get => _streamsLists;
        set => _streamsLists = value;
    }

    /// <summary>Gets a number from 0 to 1 for jitter.</summary>
    public Func<double> NextRandom { get; init; } = Random.Shared.NextDouble;

    /// <summary>Waits before the next attempt.</summary>
    /// <param name="failures">How many attempts in a row failed.</param>
    /// <param name="retryAfter">What the server asks for, or null.</param>
    /// <param name="cancellationToken">Ends the wait, without an exception.</param>
    public Task PauseAsync(int failures, TimeSpan? retryAfter, CancellationToken cancellationToken) =>
        DelayAsync(Backoff.Default.Wait(Math.Max(1, failures), NextRandom(), retryAfter), cancellationToken);

    /// <summary>Waits, for at most a recheck, until what is denied may be permitted.</summary>
    public Task PauseDeniedAsync(int denials, CancellationToken cancellationToken) =>
        DelayAsync(new Backoff(TimeSpan.FromSeconds(1), Recheck).Wait(Math.Max(1, denials), NextRandom()), cancellationToken);

    /// <summary>Gets for how long the next watch is to last.</summary>
    public TimeSpan NextRecheck() => Recheck * (0.75 + (NextRandom() / 2));

    private async Task DelayAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        await Task.Delay(wait, TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
