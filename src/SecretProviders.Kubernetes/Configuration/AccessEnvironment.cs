namespace SecretProviders.Kubernetes.Configuration;

/// <summary>What of the process's surroundings decides which cluster is meant.</summary>
/// <param name="Variable">Reads an environment variable.</param>
/// <param name="Home">The home folder, or empty.</param>
/// <param name="ServiceAccount">The folder in which the kubelet mounts the token of a pod.</param>
internal sealed record AccessEnvironment(Func<string, string?> Variable, string Home, string ServiceAccount)
{
    /// <summary>The surroundings of this process.</summary>
    public static readonly AccessEnvironment Process = new(
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        "/var/run/secrets/kubernetes.io/serviceaccount");
}
