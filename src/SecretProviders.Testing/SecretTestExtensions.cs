namespace SecretProviders.Testing;

/// <summary>Reading sources and subscriptions in tests.</summary>
public static class SecretTestExtensions
{
    /// <summary>Opens a watch to be read step by step.</summary>
    /// <param name="source">The source.</param>
    /// <param name="key">The key to watch.</param>
    /// <param name="kind">The kind that is wanted, or null.</param>
    public static SecretStateReader Open(this ISecretSource source, string key, SecretKind? kind = null) =>
        new(source, new SecretReference(key) { Kind = kind });

    /// <summary>Opens a watch to be read step by step.</summary>
    /// <param name="source">The source.</param>
    /// <param name="reference">What to watch.</param>
    public static SecretStateReader Open(this ISecretSource source, SecretReference reference) => new(source, reference);

    /// <summary>Opens a watch, reads its first state and closes it.</summary>
    /// <param name="source">The source.</param>
    /// <param name="key">The key to read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<SecretState> ReadAsync(this ISecretSource source, string key, CancellationToken cancellationToken = default)
    {
        var reader = source.Open(key);
        await using (reader.ConfigureAwait(false))
        {
            return await reader.NextAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Opens the reading of a subscription, step by step.</summary>
    /// <param name="subscription">The subscription; nobody else may read it.</param>
    public static SecretSnapshotReader Open(this ISecretSubscription subscription) => new(subscription);
}
