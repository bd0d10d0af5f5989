namespace SecretProviders;

/// <summary>
/// Something that answers for references: a store, a stream, a file tree. A source is a set of per-reference streams;
/// sharing one connection among them is its own business. Safe for use by any number of threads.
/// </summary>
public interface ISecretSource : IAsyncDisposable
{
    /// <summary>
    /// Watches one reference. The first state comes within the source's time-out, also when the store is down; an
    /// equal state is not repeated; the latest state is always enough, so a slow reader may miss states in between.
    /// The watch is established before the first read, so no update is lost. Any number of watchers of one reference
    /// cost one watch at the store, and the last one's end releases it.
    /// </summary>
    /// <remarks>
    /// The stream never completes and never throws for a store's failure: failures are states. When cancelled it
    /// completes: <c>MoveNextAsync</c> returns false and nothing is thrown. After the source's disposal it completes too.
    /// </remarks>
    /// <param name="reference">What to watch.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default);
}
