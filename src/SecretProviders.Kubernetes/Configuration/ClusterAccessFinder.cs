namespace SecretProviders.Kubernetes.Configuration;

/// <summary>Finds the cluster that is meant: by the settings, else as programs for Kubernetes commonly do.</summary>
/// <param name="environment">The surroundings.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class ClusterAccessFinder(AccessEnvironment environment, TimeProvider timeProvider)
{
    /// <summary>Finds it.</summary>
    /// <param name="kubeconfig">The configured path or paths, or null.</param>
    /// <param name="context">The configured context, or null.</param>
    /// <exception cref="SecretConfigurationException">There is none, or it is not sound.</exception>
    public ClusterAccess Find(string? kubeconfig, string? context)
    {
        var configured = string.IsNullOrEmpty(kubeconfig) ? environment.Variable("KUBECONFIG") : kubeconfig;
        if (!string.IsNullOrEmpty(configured))
        {
            return FromFiles(configured.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), context);
        }

        if (string.IsNullOrEmpty(context) && InClusterAccess.TryCreate(environment) is { } inCluster)
        {
            return inCluster;
        }

        var file = Path.Combine(environment.Home, ".kube", "config");
        return environment.Home.Length > 0 && File.Exists(file)
            ? FromFiles([file], context)
            : throw new SecretConfigurationException(
                $"There is no cluster: {NoPod(context)}, KUBECONFIG is not set, and '{file}' does not exist. Name a kubeconfig.");
    }

    private string NoPod(string? context) => string.IsNullOrEmpty(context)
        ? $"this is no pod with a service account in '{environment.ServiceAccount}'"
        : $"a context ('{context}') is only in a kubeconfig";

    // As with kubectl, files of a list that are not there are passed over, but not all of them.
    private ClusterAccess FromFiles(string[] paths, string? context)
    {
        var existing = paths.Select(static path => Path.GetFullPath(path)).Where(File.Exists).ToArray();
        return existing.Length == 0
            ? throw new SecretConfigurationException($"The kubeconfig {string.Join(", ", paths.Select(static path => $"'{path}'"))} does not exist; create it, or correct the path.")
            : KubeconfigAccess.Create(Kubeconfig.Merge(existing.Select(static path => (path, Read(path)))), context, timeProvider);
    }

    private static YamlNode Read(string path)
    {
        try
        {
            using var text = new StreamReader(path);
            return YamlReader.Read(text, $"'{path}'");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SecretConfigurationException($"The kubeconfig '{path}' cannot be read: {exception.Message}");
        }
    }
}
