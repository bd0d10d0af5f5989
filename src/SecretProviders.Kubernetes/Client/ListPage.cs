namespace SecretProviders.Kubernetes.Client;

/// <summary>The end of a page.</summary>
/// <param name="ResourceVersion">The version at which the whole list is true, and from which a watch goes on.</param>
/// <param name="Continue">Where the next page begins, or null at the end.</param>
internal readonly record struct ListPage(string ResourceVersion, string? Continue);
