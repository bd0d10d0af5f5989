using System.Collections.Immutable;

namespace SecretProviders.Host.Serving;

/// <summary>
/// Subscribes to the names that routes give in full, so that they are there before the first client asks and never
/// fall idle. In portions, since the limit of names per consumer is meant for clients.
/// </summary>
internal sealed class StandingDemand : IAsyncDisposable
{
    private readonly ISecretProvider _provider;
    private readonly int _portion;
    private ImmutableArray<Portion> _portions = [];
    private int _consumers;
    private volatile HashSet<string> _names = [];

    /// <summary>Subscribes.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="names">The names.</param>
    /// <param name="portion">How many names one consumer may hold.</param>
    public StandingDemand(ISecretProvider provider, ImmutableArray<string> names, int portion)
    {
        _provider = provider;
        _portion = portion;
        Subscribe(names);
    }

    /// <summary>Tells whether a name is subscribed here.</summary>
    public bool Holds(string name) => _names.Contains(name);

    /// <summary>Replaces the names, after a reload; what stays is never without a subscriber. Called by one thread at a time.</summary>
    public async Task ReplaceAsync(ImmutableArray<string> names)
    {
        if (!_names.SetEquals(names))
        {
            var before = _portions;
            Subscribe(names);
            await EndAsync(before);
        }
    }

    public ValueTask DisposeAsync() => EndAsync(_portions);

    private static async ValueTask EndAsync(ImmutableArray<Portion> portions)
    {
        foreach (var portion in portions)
        {
            await portion.DisposeAsync();
        }
    }

    private void Subscribe(ImmutableArray<string> names)
    {
        _names = names.ToHashSet(StringComparer.Ordinal);
        _portions = [.. names.Chunk(_portion).Select(chunk => new Portion(_provider.Subscribe(new SecretConsumer($"host/{++_consumers}"), chunk)))];
    }

    /// <summary>One subscription that uses every version at once: saying nothing would hold up who waits for all consumers.</summary>
    private sealed class Portion : IAsyncDisposable
    {
        private readonly ISecretSubscription _subscription;
        private readonly Task _reading;

        public Portion(ISecretSubscription subscription)
        {
            _subscription = subscription;
            _reading = ReadAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await _subscription.DisposeAsync();
            await _reading;
        }

        private async Task ReadAsync()
        {
            await foreach (var batch in _subscription.ReadAllAsync())
            {
                foreach (var snapshot in batch.Changes.Where(static snapshot => snapshot.Secret is not null))
                {
                    _subscription.Report(snapshot.Name, snapshot.Version, SecretOutcome.Applied);
                }
            }
        }
    }
}
