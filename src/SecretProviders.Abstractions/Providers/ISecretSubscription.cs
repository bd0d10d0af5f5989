namespace SecretProviders;

/// <summary>
/// A consumer's changing set of names, read as conflated batches: memory is bounded by names and never by events, and
/// a slow reader slows nobody. Safe for use by several threads, with one reader at a time. Disposal ends it.
/// </summary>
public interface ISecretSubscription : IAsyncDisposable
{
    /// <summary>
    /// Yields first what is known of the names (names still Pending come when they resolve), then what changes. May be
    /// called once. Completes when cancelled or when the subscription or the provider is disposed; never throws for it.
    /// </summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<SecretChangeBatch> ReadAllAsync(CancellationToken cancellationToken = default);

    /// <summary>Changes the names. A name added that was held before is delivered again.</summary>
    /// <param name="add">Names to subscribe.</param>
    /// <param name="remove">Names to release; applied before <paramref name="add"/>.</param>
    /// <exception cref="SecretLimitException">The consumer would hold more names than it may; nothing was changed.</exception>
    void Update(IEnumerable<string> add, IEnumerable<string> remove);

    /// <summary>Tells what became of a version at this consumer.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="version">The version that was delivered.</param>
    /// <param name="outcome">Whether it is in use.</param>
    /// <param name="detail">The consumer's reason for a refusal, or null.</param>
    void Report(string name, SecretVersion version, SecretOutcome outcome, string? detail = null);
}
