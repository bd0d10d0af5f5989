namespace SecretProviders.Kubernetes.Watching;

/// <summary>The name of an object within its sort.</summary>
/// <param name="Namespace">The namespace; empty for objects of the cluster.</param>
/// <param name="Name">The name.</param>
internal readonly record struct ObjectName(string Namespace, string Name)
{
    /// <summary>Gets the name of what is watched by its name.</summary>
    public static ObjectName Of(WatchedObject watched) => new(watched.Key.Namespace, watched.Key.Name!);
}
