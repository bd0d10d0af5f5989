using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SecretProviders.Host.Output;

namespace SecretProviders.Host.Admin;

/// <summary>Reads from a provider in this process; the server's admin listener answers with it too.</summary>
/// <param name="provider">The provider.</param>
/// <param name="control">The same provider's control.</param>
/// <param name="staticNames">The names that routes give in full.</param>
/// <param name="time">The clock of time-outs.</param>
/// <param name="ownConsumers">Counts the host's own consumers of a name, or null when it has none.</param>
/// <param name="owner">Disposed with the reader, or null.</param>
internal sealed class ProviderReader(
    ISecretProvider provider,
    ISecretProviderControl control,
    Func<ImmutableArray<string>> staticNames,
    TimeProvider time,
    Func<string, int>? ownConsumers = null,
    IAsyncDisposable? owner = null) : ISecretReader
{
    private static int _watches;

    public async Task<SecretView> GetAsync(string name, bool reveal, TimeSpan timeout, CancellationToken cancellationToken) =>
        SecretView.From(await ResolveAsync(name, timeout, cancellationToken), reveal);

    public async Task<ExplanationView> ExplainAsync(string name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // Explaining creates no demand, so without this the sources would not have been asked.
        await ResolveAsync(name, timeout, cancellationToken);
        return ExplanationView.From(control.Explain(name), ownConsumers?.Invoke(name) ?? 0);
    }

    public IAsyncEnumerable<SecretView> WatchAsync(ImmutableArray<string> names, bool reveal, CancellationToken cancellationToken)
    {
        // Subscribed before the first read, so that too many names are refused here and not in the middle of an answer.
        var consumer = new SecretConsumer($"command-line/{Interlocked.Increment(ref _watches)}");
        var subscription = provider.Subscribe(consumer, names.IsEmpty ? staticNames().Union(control.Names) : names.Distinct());
        return ReadAsync(subscription, reveal, cancellationToken);
    }

    public ValueTask DisposeAsync() => owner?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async IAsyncEnumerable<SecretView> ReadAsync(
        ISecretSubscription subscription,
        bool reveal,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var ended = subscription;
        await foreach (var batch in subscription.ReadAllAsync(cancellationToken))
        {
            foreach (var snapshot in batch.Changes)
            {
                yield return SecretView.From(snapshot, reveal);

                // Showing a version is all the use this consumer makes of it; saying nothing would hold up who waits for all.
                if (snapshot.Secret is not null)
                {
                    subscription.Report(snapshot.Name, snapshot.Version, SecretOutcome.Applied);
                }
            }
        }
    }

    private async Task<SecretSnapshot> ResolveAsync(string name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await provider.GetAsync(name, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return provider.Current(name);
        }
    }
}
