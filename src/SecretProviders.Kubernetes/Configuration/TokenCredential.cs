namespace SecretProviders.Kubernetes.Configuration;

/// <summary>A token that is written in the kubeconfig.</summary>
/// <param name="token">The token.</param>
internal sealed class TokenCredential(string token) : ICredential
{
    /// <inheritdoc/>
    public ValueTask<Proof> GetAsync(bool renew, CancellationToken cancellationToken) => ValueTask.FromResult(new Proof { Token = token });
}
