namespace SecretProviders;

/// <summary>What hosts embed: names to secrets, as an observable stream. Safe for use by any number of threads.</summary>
public interface ISecretProvider
{
    /// <summary>Gets what is known of a name now. Takes no lock, never waits and creates no demand.</summary>
    /// <param name="name">The secret's name.</param>
    SecretSnapshot Current(string name);

    /// <summary>Gets what is known of a name, waiting only while that is Pending. Creates demand: the name is watched for a while.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<SecretSnapshot> GetAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Subscribes to names; the set may change while it is read.</summary>
    /// <param name="consumer">Who subscribes.</param>
    /// <param name="names">The first names; may be none.</param>
    /// <exception cref="SecretLimitException">The consumer would hold more names than it may.</exception>
    ISecretSubscription Subscribe(SecretConsumer consumer, params IEnumerable<string> names);
}
