using SecretProviders.Aggregation;

namespace SecretProviders.Publishing;

/// <summary>One name in one subscription: what was delivered of it, and what became of that.</summary>
internal sealed class Membership(Subscription subscription, NameEntry entry)
{
    public Subscription Subscription { get; } = subscription;

    public NameEntry Entry { get; } = entry;

    // Guarded by the subscription's gate. Read without a gate by who counts how far a version has come.
    public SecretSnapshot? Delivered { get; set; }

    // One reference, written whole by whoever reports; read under the aggregate's gate.
    public SecretVersion Applied { get; set; }

    // Guarded by the aggregate's gate.
    public SecretVersion Rejected { get; set; }

    public string? Detail { get; set; }
}
