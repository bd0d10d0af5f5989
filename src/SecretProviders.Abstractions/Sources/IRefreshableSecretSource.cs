namespace SecretProviders;

/// <summary>A source that can be asked to look again now, instead of at its next poll or event.</summary>
public interface IRefreshableSecretSource : ISecretSource
{
    /// <summary>Asks the store again; what it says arrives on the watches, before the returned task completes.</summary>
    /// <param name="reference">What to ask again, or null for everything that is watched.</param>
    /// <param name="cancellationToken">Ends the wait, not the refresh.</param>
    ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default);
}
