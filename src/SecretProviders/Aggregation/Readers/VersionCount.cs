namespace SecretProviders.Aggregation.Readers;

/// <summary>How far a version of a name has come with its live consumers. Taken under the aggregate's gate.</summary>
internal readonly record struct VersionCount(int Live, int Sent, int Applied, int Rejected)
{
    /// <summary>Gets how many said nothing of it yet.</summary>
    public int Lagging => Live - Applied - Rejected;

    /// <summary>Counts; a consumer with several subscriptions to the name uses a version when all of them do.</summary>
    public static VersionCount Of(NameEntry entry, SecretVersion version)
    {
        var count = default(VersionCount);
        foreach (var consumer in entry.Members.GroupBy(static member => member.Subscription.Consumer.Id, StringComparer.Ordinal))
        {
            var applied = consumer.All(member => member.Applied == version);
            var sent = applied || consumer.All(member => member.Delivered?.Version == version);
            count = new VersionCount(
                count.Live + 1,
                count.Sent + (sent ? 1 : 0),
                count.Applied + (applied ? 1 : 0),
                count.Rejected + (!applied && consumer.Any(member => member.Rejected == version) ? 1 : 0));
        }

        return count;
    }
}
