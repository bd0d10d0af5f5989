using System.Runtime.CompilerServices;

namespace SecretProviders.Tests.Aggregation;

/// <summary>A source that tells in what it is called, and may fail to be disposed.</summary>
internal sealed class StrangeSource : ISecretSource
{
    /// <summary>Gets what is called when a watch begins; its answer is the secret.</summary>
    public Func<string> OnWatch { get; init; } = static () => string.Empty;

    /// <summary>Gets what disposal throws.</summary>
    public Exception? Disposal { get; init; }

    public async IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return new SecretState.Found(AggregateFixture.Text(OnWatch()));
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public ValueTask DisposeAsync() => Disposal is null ? ValueTask.CompletedTask : ValueTask.FromException(Disposal);
}
