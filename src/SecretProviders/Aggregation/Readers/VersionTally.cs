using SecretProviders.Publishing;

namespace SecretProviders.Aggregation.Readers;

/// <summary>
/// How many of a name's live consumers use one version, kept up to date member by member: a push to thousands comes
/// back as thousands of reports. A consumer with several subscriptions to the name uses a version when all of them do.
/// </summary>
internal sealed class VersionTally(SecretVersion version)
{
    private readonly Dictionary<Membership, bool> _members = [];
    private readonly Dictionary<string, (int Members, int Using)> _consumers = new(StringComparer.Ordinal);

    public int Live => _consumers.Count;

    public int Applied { get; private set; }

    public void Join(Membership member)
    {
        var isUsing = member.Applied == version;
        _members.Add(member, isUsing);
        Count(member, 1, isUsing ? 1 : 0);
    }

    public void Leave(Membership member)
    {
        if (_members.Remove(member, out var wasUsing))
        {
            Count(member, -1, wasUsing ? -1 : 0);
        }
    }

    /// <summary>Sees what a member reported last; who reports while it leaves is no member any more.</summary>
    public void Look(Membership member)
    {
        var isUsing = member.Applied == version;
        if (_members.TryGetValue(member, out var wasUsing) && isUsing != wasUsing)
        {
            _members[member] = isUsing;
            Count(member, 0, isUsing ? 1 : -1);
        }
    }

    private void Count(Membership member, int members, int isUsing)
    {
        var consumer = member.Subscription.Consumer.Id;
        var before = _consumers.GetValueOrDefault(consumer);
        var after = (Members: before.Members + members, Using: before.Using + isUsing);
        Applied += Uses(after) - Uses(before);
        if (after.Members == 0)
        {
            _consumers.Remove(consumer);
        }
        else
        {
            _consumers[consumer] = after;
        }
    }

    private static int Uses((int Members, int Using) consumer) => consumer.Members > 0 && consumer.Using == consumer.Members ? 1 : 0;
}
