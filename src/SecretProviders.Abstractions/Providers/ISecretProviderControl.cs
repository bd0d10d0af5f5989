using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>What operators and hosts ask of a provider beside its secrets.</summary>
public interface ISecretProviderControl
{
    /// <summary>Gets the names that are watched now, in ordinal order.</summary>
    ImmutableArray<string> Names { get; }

    /// <summary>Tells what each source says of a name, what each gate says, and why the winner won. Creates no demand.</summary>
    /// <param name="name">The secret's name.</param>
    SecretExplanation Explain(string name);

    /// <summary>Waits until each name is Available or Stale. Creates demand.</summary>
    /// <param name="names">The names.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled before all were ready.</exception>
    ValueTask WaitUntilReadyAsync(IEnumerable<string> names, CancellationToken cancellationToken = default);

    /// <summary>Waits until live consumers of a name use a version.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="version">The version.</param>
    /// <param name="quorum">The share of the name's live consumers that must use it, above 0 and at most 1.</param>
    /// <param name="timeout">How long to wait at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the quorum was reached in time. Without any live consumer it is reached at once.</returns>
    ValueTask<bool> WaitAppliedAsync(string name, SecretVersion version, double quorum, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Asks a source to look again now.</summary>
    /// <param name="source">The source's configured name.</param>
    /// <param name="name">The one secret to look at, or null for all that the source serves.</param>
    /// <param name="cancellationToken">Ends the wait, not the refresh.</param>
    /// <exception cref="ArgumentException">There is no such source.</exception>
    ValueTask RefreshAsync(string source, string? name = null, CancellationToken cancellationToken = default);

    /// <summary>Replaces all routes as one revision; each name keeps what it published until its new route resolves.</summary>
    /// <param name="routes">The new routes, in order.</param>
    /// <returns>The revision of the new route table.</returns>
    /// <exception cref="SecretConfigurationException">The routes cannot be used; nothing was changed.</exception>
    long ReplaceRoutes(IEnumerable<SecretRoute> routes);
}
