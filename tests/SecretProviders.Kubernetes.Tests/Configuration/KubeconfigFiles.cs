using SecretProviders.Kubernetes.Configuration;

namespace SecretProviders.Kubernetes.Tests.Configuration;

/// <summary>Kubeconfig files in a folder of their own.</summary>
internal sealed class KubeconfigFiles : IDisposable
{
    public const string Minimal = """
        apiVersion: v1
        kind: Config
        current-context: one
        clusters:
        - { name: one, cluster: { server: "https://one.example:6443" } }
        contexts:
        - { name: one, context: { cluster: one, user: one, namespace: edge } }
        users:
        - { name: one, user: { token: token-of-one } }
        """;

    public string Folder { get; } = Directory.CreateTempSubdirectory("kubeconfig-").FullName;

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Reads a kubeconfig with these users, clusters or contexts in place of the minimal one's.</summary>
    public ClusterAccess Access(string cluster = "{ server: \"https://one.example:6443\" }", string user = "{}", string? context = null)
    {
        var path = Write("config", $$"""
            current-context: one
            clusters: [ { name: one, cluster: {{cluster}} } ]
            users: [ { name: one, user: {{user}} } ]
            contexts: [ { name: one, context: {{context ?? "{ cluster: one, user: one }"}} } ]
            """);
        return Find(path);
    }

    public ClusterAccess Find(string? kubeconfig, string? context = null, string? variable = null, string? serviceAccount = null, string? host = null) =>
        new ClusterAccessFinder(
            new AccessEnvironment(
                name => name switch { "KUBECONFIG" => variable, "KUBERNETES_SERVICE_HOST" => host, "KUBERNETES_SERVICE_PORT" => host is null ? null : "443", _ => null },
                Folder,
                serviceAccount ?? Path.Combine(Folder, "no-service-account")),
            TimeProvider.System).Find(kubeconfig, context);

    public string Refused(string cluster = "{ server: \"https://one.example:6443\" }", string user = "{}", string? context = null) =>
        Assert.Single(Assert.Throws<SecretConfigurationException>(() => Access(cluster, user, context)).Errors);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
