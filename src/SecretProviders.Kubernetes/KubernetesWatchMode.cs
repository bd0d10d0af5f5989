namespace SecretProviders.Kubernetes;

/// <summary>How Secrets are watched. All modes need the verbs <c>list</c> and <c>watch</c> and nothing else.</summary>
public enum KubernetesWatchMode
{
    /// <summary><see cref="Shared"/> where it is permitted, else <see cref="Named"/>, and back when it is permitted again.</summary>
    Automatic,

    /// <summary>One watch for each namespace, or one for all, however many Secrets are asked for. What is not asked for is not kept.</summary>
    Shared,

    /// <summary>
    /// One watch for each namespace, or one for all, of names and versions only; the content of what is asked for is
    /// read when it changes. Spares the wire and the API server where Secrets are many and few of them are asked for.
    /// </summary>
    MetadataFirst,

    /// <summary>One watch for each Secret that is asked for; a Role may name them by <c>resourceNames</c>.</summary>
    Named,
}
