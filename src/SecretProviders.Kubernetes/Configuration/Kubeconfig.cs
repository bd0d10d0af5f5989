namespace SecretProviders.Kubernetes.Configuration;

/// <summary>
/// Several kubeconfig files as one, as kubectl merges them: whoever comes first sets the current context and each
/// cluster, user and context; later ones only add.
/// </summary>
internal sealed class Kubeconfig
{
    private readonly Dictionary<string, KubeconfigSection> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeconfigSection> _contexts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeconfigSection> _users = new(StringComparer.Ordinal);
    private readonly string _files;
    private string? _current;

    private Kubeconfig(string files) => _files = files;

    /// <summary>Merges files.</summary>
    /// <param name="files">The files in their order, each with its path.</param>
    /// <exception cref="SecretConfigurationException">One is no kubeconfig.</exception>
    public static Kubeconfig Merge(params IEnumerable<(string Path, YamlNode Content)> files)
    {
        var all = files.ToArray();
        var merged = new Kubeconfig(string.Join(", ", all.Select(static file => $"'{file.Path}'")));
        foreach (var (path, content) in all)
        {
            merged.Add(path, content);
        }

        return merged;
    }

    /// <summary>Gets a context with its cluster and its user.</summary>
    /// <param name="name">The context, or null for the current one.</param>
    /// <exception cref="SecretConfigurationException">It is not there, or not whole.</exception>
    public (KubeconfigSection Context, KubeconfigSection Cluster, KubeconfigSection? User) Choose(string? name)
    {
        var chosen = string.IsNullOrEmpty(name) ? _current : name;
        if (string.IsNullOrEmpty(chosen))
        {
            throw new SecretConfigurationException($"{_files}: there is no current-context; name a context ({List(_contexts)}).");
        }

        var context = Find(_contexts, chosen, "context");
        var cluster = Find(_clusters, context.Text("cluster") ?? throw context.Refuse("cluster", "is missing; name one"), "cluster");
        return (context, cluster, context.Text("user") is { Length: > 0 } user ? Find(_users, user, "user") : null);
    }

    private void Add(string path, YamlNode content)
    {
        if (content is YamlNode.Scalar { Text: null })
        {
            return;
        }

        if (content is not YamlNode.Map map)
        {
            throw new SecretConfigurationException($"'{path}' is no kubeconfig; name the right file.");
        }

        var file = new KubeconfigSection(map, path, "kubeconfig");
        if (file.Text("kind") is { } kind && kind != "Config")
        {
            throw new SecretConfigurationException($"'{path}' is of kind '{kind}', not a kubeconfig; name the right file.");
        }

        _current = string.IsNullOrEmpty(_current) ? file.Text("current-context") : _current;
        Add(_clusters, file, "clusters", "cluster", path);
        Add(_contexts, file, "contexts", "context", path);
        Add(_users, file, "users", "user", path);
    }

    private static void Add(Dictionary<string, KubeconfigSection> all, KubeconfigSection file, string plural, string singular, string path)
    {
        foreach (var entry in file.Sections(plural))
        {
            var name = entry.Text("name") ?? throw entry.Refuse("name", "is missing; every entry needs one");
            all.TryAdd(name, entry.Section(singular)?.At(path, $"{singular} '{name}'") ?? KubeconfigSection.Empty(path, $"{singular} '{name}'"));
        }
    }

    private KubeconfigSection Find(Dictionary<string, KubeconfigSection> all, string name, string what) =>
        all.GetValueOrDefault(name) ?? throw new SecretConfigurationException($"{_files}: there is no {what} '{name}'; there are: {List(all)}.");

    private static string List(Dictionary<string, KubeconfigSection> all) => all.Count == 0 ? "none" : string.Join(", ", all.Keys.Order(StringComparer.Ordinal));
}
