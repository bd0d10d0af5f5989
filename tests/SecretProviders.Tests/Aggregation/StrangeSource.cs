using System.Runtime.CompilerServices;

namespace SecretProviders.Tests.Aggregation;

/// <summary>A source that tells in what it is called, and may fail to be refreshed or disposed, or never end.</summary>
internal sealed class StrangeSource : IRefreshableSecretSource
{
    /// <summary>Gets what is called when a watch begins; its answer is the secret.</summary>
    public Func<string> OnWatch { get; init; } = static () => string.Empty;

    /// <summary>Gets what disposal throws.</summary>
    public Exception? Disposal { get; init; }

    /// <summary>Gets what a refresh throws.</summary>
    public Exception? Refreshal { get; init; }

    /// <summary>Gets what a watch waits for before it ends, cancelled or not.</summary>
    public Task Ending { get; init; } = Task.CompletedTask;

    public async IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return new SecretState.Found(AggregateFixture.Text(OnWatch()));
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Ending;
    }

    public ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default) =>
        Refreshal is null ? ValueTask.CompletedTask : ValueTask.FromException(Refreshal);

    public ValueTask DisposeAsync() => Disposal is null ? ValueTask.CompletedTask : ValueTask.FromException(Disposal);
}
