namespace SecretProviders.Kubernetes;

/// <summary>What one may set of a source that serves secrets of a Kubernetes cluster.</summary>
public sealed class KubernetesSecretSourceOptions
{
    /// <summary>The namespace that stands for all of them.</summary>
    public const string AllNamespaces = "*";

    /// <summary>Gets or sets the path of a kubeconfig file, or several, separated as in <c>PATH</c> and merged as kubectl merges them.</summary>
    /// <value>
    /// Null, the default, looks at the variable <c>KUBECONFIG</c>, then for the service account of a pod, then at
    /// <c>.kube/config</c> in the home folder, and takes the first that is there.
    /// </value>
    public string? Kubeconfig { get; set; }

    /// <summary>Gets or sets the context of the kubeconfig.</summary>
    /// <value>Null, the default, takes the file's <c>current-context</c>. Only for a kubeconfig.</value>
    public string? Context { get; set; }

    /// <summary>Gets the namespaces whose objects may be read; <see cref="AllNamespaces"/> stands for all.</summary>
    /// <value>Empty, the default, means the namespace of the context or of the pod, else <c>default</c>. A key without a namespace means the first one.</value>
    public IList<string> Namespaces { get; } = [];

    /// <summary>Gets or sets which Secrets there are, by their labels, in the API's own syntax.</summary>
    /// <value>Null, the default, means all. Another Secret is one that does not exist.</value>
    public string? LabelSelector { get; set; }

    /// <summary>Gets or sets which Secrets there are, by their fields, in the API's own syntax.</summary>
    /// <value>The default leaves out the tokens of service accounts and the releases of Helm, which are many and large.</value>
    public string? FieldSelector { get; set; } = "type!=kubernetes.io/service-account-token,type!=helm.sh/release.v1";

    /// <summary>Gets or sets how Secrets are watched, which decides what must be permitted.</summary>
    /// <value>The default is <see cref="KubernetesWatchMode.Automatic"/>.</value>
    public KubernetesWatchMode Watch { get; set; }

    /// <summary>
    /// Gets or sets after how long a watch is begun anew from where it was, which also proves that it is still permitted.
    /// </summary>
    /// <value>The default is one minute, give or take a quarter; from one second to one hour.</value>
    public TimeSpan Recheck { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets how long the first answer for a reference may take before it counts as Unavailable.</summary>
    /// <value>The default is 5 seconds; above zero and at most one day.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);
}
