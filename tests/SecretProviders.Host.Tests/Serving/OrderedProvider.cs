using SecretProviders.Testing;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>A provider that notes in which order subscriptions begin and end.</summary>
internal sealed class OrderedProvider(FakeSecretProvider inner) : ISecretProvider
{
    public List<string> Order { get; } = [];

    public SecretSnapshot Current(string name) => inner.Current(name);

    public ValueTask<SecretSnapshot> GetAsync(string name, CancellationToken cancellationToken = default) => inner.GetAsync(name, cancellationToken);

    public ISecretSubscription Subscribe(SecretConsumer consumer, params IEnumerable<string> names)
    {
        Order.Add($"{consumer.Id} begins");
        return new Subscription(inner.Subscribe(consumer, names), () => Order.Add($"{consumer.Id} ends"));
    }

    private sealed class Subscription(ISecretSubscription inner, Action ends) : ISecretSubscription
    {
        public IAsyncEnumerable<SecretChangeBatch> ReadAllAsync(CancellationToken cancellationToken = default) => inner.ReadAllAsync(cancellationToken);

        public void Update(IEnumerable<string> add, IEnumerable<string> remove) => inner.Update(add, remove);

        public void Report(string name, SecretVersion version, SecretOutcome outcome, string? detail = null) => inner.Report(name, version, outcome, detail);

        public ValueTask DisposeAsync()
        {
            ends();
            return inner.DisposeAsync();
        }
    }
}
