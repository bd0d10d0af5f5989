using System.Runtime.CompilerServices;
using SecretProviders.Aggregation.Readers;
using SecretProviders.Publishing;
using SecretProviders.Watching;

namespace SecretProviders.Aggregation;

/// <summary>An aggregate as a source of another one: what is published of a name, as states.</summary>
internal static class NestedWatch
{
    public static async IAsyncEnumerable<SecretState> ReadAsync(
        NameReaders readers, SecretReference reference, TimeProvider timeProvider, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Subscription subscription;
        try
        {
            subscription = readers.Subscribe(new SecretConsumer("nested"), [reference.Key], isLimited: false);
        }
        catch (ObjectDisposedException)
        {
            yield break;
        }

        await using (subscription.ConfigureAwait(false))
        {
            SecretState? last = null;
            await foreach (var published in subscription.ReadPublishedAsync(reference.Key, cancellationToken).ConfigureAwait(false))
            {
                if (published.State is { } state && Complete(KindCheck.Judge(reference, state), last, timeProvider.GetUtcNow()) is var next && !next.Equals(last))
                {
                    last = next;
                    yield return next;
                }
            }
        }
    }

    // New routes that have no such name any more know nothing of the find before them.
    private static SecretState Complete(SecretState state, SecretState? last, DateTimeOffset now) =>
        state is SecretState.NotFound ? SecretStateSequence.Next(last, state, now) : state;
}
