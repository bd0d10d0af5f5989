namespace SecretProviders.Sds;

/// <summary>Carries wishes to a subscription, and what it says to the owner of its stream. For the loop of that stream alone.</summary>
/// <param name="subscription">The subscription.</param>
/// <param name="wanted">What is wanted of it.</param>
/// <param name="stream">The stream.</param>
/// <param name="owner">Its owner.</param>
/// <param name="log">Says what is worth saying.</param>
internal sealed class SubscriptionFeed(Subscription subscription, WantedNames wanted, IUpstreamStream stream, IStreamOwner owner, StreamLog log)
{
    /// <summary>Gets or sets what newcomers are told, since there is no stream now; or null.</summary>
    public SecretState? Outage { get; set; }

    /// <summary>Applies what was wished since the last time.</summary>
    /// <param name="server">The server, for the log.</param>
    public void Apply(string server)
    {
        var (dropped, added, reread) = wanted.TakeChanges();
        foreach (var name in dropped)
        {
            subscription.Remove(name);
        }

        foreach (var name in added)
        {
            if (subscription.Add(name) is { } known)
            {
                owner.Publish(stream, name, known);
            }
            else if (Outage is { } outage)
            {
                Publish(subscription.Fail(name, outage));
            }
        }

        foreach (var name in reread)
        {
            var news = subscription.Reread(name);
            Publish(news);
            log.Received(news, server);
        }
    }

    public void Publish(SubscriptionNews news)
    {
        foreach (var (name, state) in news.States)
        {
            owner.Publish(stream, name, state);
        }

        Part(news.Stranded);
    }

    /// <summary>Gives names up, for a stream of their own.</summary>
    public void Part(IReadOnlyCollection<string> names)
    {
        if (names.Count != 0)
        {
            wanted.Forget(names);
            owner.Separate(stream, [.. names.Select(subscription.Detach)]);
        }
    }
}
