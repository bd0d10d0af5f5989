namespace SecretProviders.Kubernetes.Client;

/// <summary>Which part of a list to read.</summary>
/// <param name="Limit">The greatest number of objects, or null for all that remain.</param>
/// <param name="Continue">Where the page before ended, or null for the first.</param>
internal readonly record struct ListRequest(int? Limit = null, string? Continue = null);
