namespace SecretProviders.Vault.Engines;

/// <summary>Reads the secrets of one sort of secrets engine.</summary>
internal interface IVaultEngine
{
    /// <summary>Says whether a key is a path of this engine; the first engine that says yes reads it.</summary>
    /// <param name="reference">The reference; its key is sound.</param>
    bool Takes(SecretReference reference);

    /// <summary>Says whether a read of this engine creates what it returns.</summary>
    /// <param name="reference">A reference that this engine takes.</param>
    bool Mints(SecretReference reference) => false;

    /// <summary>Reads a secret.</summary>
    /// <param name="reference">What to read.</param>
    /// <param name="path">Its key, escaped.</param>
    /// <param name="previous">What was said last, or null; returning it, or its last good, says: unchanged.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="SecretSourceException">No server could answer.</exception>
    ValueTask<SecretState> ReadAsync(SecretReference reference, string path, SecretState? previous, CancellationToken cancellationToken);

    /// <summary>Ends at the store what a read created, if this engine is to.</summary>
    /// <param name="reference">What was read.</param>
    /// <param name="minted">What the read created.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="SecretSourceException">The store refused, or did not answer.</exception>
    ValueTask ReleaseAsync(SecretReference reference, SecretState.Found minted, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
