namespace SecretProviders.Kubernetes.Configuration;

/// <summary>Says who we are, as it stands at this moment: files and plugins rotate what they give.</summary>
internal interface ICredential : IDisposable
{
    /// <summary>Gets what proves it.</summary>
    /// <param name="renew">Whether the server has just refused what was given before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SecretSourceException">There is none: the place and the remedy.</exception>
    ValueTask<Proof> GetAsync(bool renew, CancellationToken cancellationToken);

    /// <inheritdoc/>
    void IDisposable.Dispose()
    {
        // Most hold nothing but memory.
    }
}
