using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Permissions;

/// <summary>Asks what is permitted before it is used.</summary>
/// <param name="client">The API server.</param>
internal sealed class AccessProver(IKubernetesClient client)
{
    /// <summary>Proves that a selection may be listed and watched.</summary>
    /// <param name="selection">The selection.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when it is permitted, or when nobody may ask: then the attempt itself tells.</returns>
    public async Task<SecretState.Denied?> ProveAsync(ObjectSelection selection, CancellationToken cancellationToken)
    {
        foreach (var verb in RoleRule.Verbs)
        {
            if (await client.ReviewAccessAsync(selection, verb, cancellationToken).ConfigureAwait(false) == false)
            {
                return new SecretState.Denied(RoleRule.For(selection));
            }
        }

        return null;
    }
}
