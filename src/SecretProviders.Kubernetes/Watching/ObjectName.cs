namespace SecretProviders.Kubernetes.Watching;

/// <summary>The name of an object within its sort.</summary>
/// <param name="Namespace">The namespace; empty for objects of the cluster.</param>
/// <param name="Name">The name.</param>
internal readonly record struct ObjectName(string Namespace, string Name);
