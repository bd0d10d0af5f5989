using System.Runtime.CompilerServices;
using SecretProviders.Publishing;

namespace SecretProviders.Aggregation;

/// <summary>An aggregate as a source of another one: what is published of a name, as states.</summary>
internal static class NestedWatch
{
    public static async IAsyncEnumerable<SecretState> ReadAsync(
        NameRegistry registry, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Subscription subscription;
        try
        {
            subscription = registry.Subscribe(new SecretConsumer("nested"), [name], isLimited: false);
        }
        catch (ObjectDisposedException)
        {
            yield break;
        }

        await using (subscription.ConfigureAwait(false))
        {
            SecretState? last = null;
            await foreach (var published in subscription.ReadPublishedAsync(name, cancellationToken).ConfigureAwait(false))
            {
                if (published.State is { } state && !state.Equals(last))
                {
                    last = state;
                    yield return state;
                }
            }
        }
    }
}
