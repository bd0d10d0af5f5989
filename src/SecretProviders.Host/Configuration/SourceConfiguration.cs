namespace SecretProviders.Host.Configuration;

/// <summary>One entry of <c>sources</c>.</summary>
/// <param name="Name">The name that routes use.</param>
/// <param name="Place">Where it is written.</param>
/// <param name="Add">Adds the configured source to a provider.</param>
internal sealed record SourceConfiguration(string Name, Place Place, Action<ISecretProvidersBuilder> Add);
