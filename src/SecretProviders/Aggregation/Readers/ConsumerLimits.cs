using SecretProviders.Publishing;

namespace SecretProviders.Aggregation.Readers;

/// <summary>Counts the names of each consumer over all its subscriptions. Guarded by the aggregate's gate.</summary>
internal sealed class ConsumerLimits(int limit)
{
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);

    /// <summary>Refuses at once what could not fit even if the consumer held nothing else.</summary>
    public void CheckOne(Subscription subscription, int count)
    {
        if (subscription.IsLimited && count > limit)
        {
            throw TooMany(subscription.Consumer.Id, count);
        }
    }

    /// <summary>Takes names for a consumer and gives others back.</summary>
    /// <exception cref="SecretLimitException">There would be too many; nothing was counted.</exception>
    public void Exchange(Subscription subscription, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove)
    {
        if (!subscription.IsLimited)
        {
            return;
        }

        var consumer = subscription.Consumer.Id;
        var released = Released(subscription, remove);
        var taken = 0;
        foreach (var name in Distinct(add))
        {
            taken += released?.Contains(name) == true || subscription.Find(name) is null ? 1 : 0;
        }

        var count = _held.GetValueOrDefault(consumer) + taken - (released?.Count ?? 0);
        if (count > limit && taken > 0)
        {
            throw TooMany(consumer, count);
        }

        if (count == 0)
        {
            _held.Remove(consumer);
        }
        else
        {
            _held[consumer] = count;
        }
    }

    /// <summary>Returns each name once.</summary>
    public static IReadOnlyCollection<string> Distinct(IReadOnlyCollection<string> names) =>
        names.Count <= 1 ? names : names.ToHashSet(StringComparer.Ordinal);

    private static HashSet<string>? Released(Subscription subscription, IReadOnlyCollection<string> remove) =>
        remove.Count == 0 ? null : remove.Where(name => subscription.Find(name) is not null).ToHashSet(StringComparer.Ordinal);

    private SecretLimitException TooMany(string consumer, int count) =>
        new($"Consumer '{consumer}' would hold {count} names, but may hold {limit}; raise demand.namesPerConsumer or ask for fewer.");
}
