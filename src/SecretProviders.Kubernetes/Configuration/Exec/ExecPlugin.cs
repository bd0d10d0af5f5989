using System.Collections.Immutable;

namespace SecretProviders.Kubernetes.Configuration.Exec;

/// <summary>A program that gives credentials, as a kubeconfig describes it.</summary>
/// <param name="Command">What to run, resolved.</param>
/// <param name="ApiVersion">The version in which it is spoken with.</param>
/// <param name="Place">Where it is described, for messages.</param>
internal sealed record ExecPlugin(string Command, string ApiVersion, string Place)
{
    private static readonly ImmutableArray<string> Versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

    public ImmutableArray<string> Arguments { get; init; } = [];

    public ImmutableArray<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>Gets what the kubeconfig says on how to install it, or null.</summary>
    public string? InstallHint { get; init; }

    /// <summary>Gets what the plugin is told of the cluster, or null.</summary>
    public ExecCluster? Cluster { get; init; }

    /// <summary>Reads the section <c>exec</c> of a user.</summary>
    /// <exception cref="SecretConfigurationException">Something is missing, or is not supported.</exception>
    public static ExecPlugin Read(KubeconfigSection exec, KubeconfigSection cluster, Uri server)
    {
        var command = exec.Text("command") is { Length: > 0 } text ? text : throw exec.Refuse("command", "is missing; name the program");
        var version = exec.Text("apiVersion") is { } said && Versions.Contains(said)
            ? said
            : throw exec.Refuse("apiVersion", $"must be one of {string.Join(", ", Versions)}");
        CheckMode(exec, version);
        return new ExecPlugin(Resolve(command, exec.Folder), version, exec.Place)
        {
            Arguments = exec.Texts("args"),
            Variables = [.. exec.Sections("env").Select(static entry => KeyValuePair.Create(
                entry.Text("name") is { Length: > 0 } name ? name : throw entry.Refuse("name", "is missing; name the variable"), entry.Text("value") ?? ""))],
            InstallHint = exec.Text("installHint"),
            Cluster = exec.Flag("provideClusterInfo") ? ExecCluster.Read(cluster, server) : null,
        };
    }

    // A server has no terminal: what must ask somebody can never answer.
    private static void CheckMode(KubeconfigSection exec, string version)
    {
        switch (exec.Text("interactiveMode"))
        {
            case "Never" or "IfAvailable":
            case null when version == Versions[1]:
                return;
            case "Always":
                throw exec.Refuse("interactiveMode", "is Always, and nobody is here to be asked; use a plugin that can run alone");
            default:
                throw exec.Refuse("interactiveMode", "must be Never or IfAvailable");
        }
    }

    // As kubectl does: a name is looked for in PATH, a path is relative to the file.
    private static string Resolve(string command, string folder) =>
        command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) ? Path.GetFullPath(command, Path.GetFullPath(folder)) : command;
}
