namespace SecretProviders;

/// <summary>
/// A source some of whose reads create what they return: an issued certificate, a database credential. Whoever only
/// wants to look leaves such references alone, and a route that makes them of a client's words needs a limit.
/// </summary>
public interface IMintingSecretSource : ISecretSource
{
    /// <summary>Says whether reading a reference creates something at the store.</summary>
    /// <param name="reference">The reference; nothing is read.</param>
    bool Mints(SecretReference reference);
}
