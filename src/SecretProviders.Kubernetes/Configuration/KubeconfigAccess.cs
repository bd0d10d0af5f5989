namespace SecretProviders.Kubernetes.Configuration;

/// <summary>Turns a chosen context of a kubeconfig into an access. What it cannot honour it refuses.</summary>
internal static class KubeconfigAccess
{
    private static readonly string[] ProxySchemes = ["http", "socks4", "socks4a", "socks5"];

    /// <summary>Makes the access.</summary>
    /// <param name="kubeconfig">The merged files.</param>
    /// <param name="contextName">The context, or null for the current one.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="SecretConfigurationException">Something is missing, or is not supported.</exception>
    public static ClusterAccess Create(Kubeconfig kubeconfig, string? contextName, TimeProvider timeProvider)
    {
        var (context, cluster, user) = kubeconfig.Choose(contextName);
        var server = ReadAddress(cluster, "server", ["http", "https"]) ?? throw cluster.Refuse("server", "is missing; write the API server's address");
        var skips = cluster.Flag("insecure-skip-tls-verify");
        var authorities = cluster.Pem("certificate-authority");
        if (skips && authorities is not null)
        {
            throw cluster.Refuse("insecure-skip-tls-verify", "and certificate-authority contradict each other; remove one");
        }

        return new ClusterAccess(
            server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/"),
            user is null ? new CombinedCredential([]) : UserCredential.Create(user, cluster, server, timeProvider),
            cluster.Place)
        {
            Authorities = authorities,
            SkipsTlsVerification = skips,
            TlsServerName = cluster.Text("tls-server-name") is { Length: > 0 } name ? name : null,
            Proxy = ReadAddress(cluster, "proxy-url", ProxySchemes),
            ActAs = user is null ? null : ReadImpersonation(user),
            Namespace = context.Text("namespace") is { Length: > 0 } place ? place : "default",
        };
    }

    private static Uri? ReadAddress(KubeconfigSection cluster, string name, string[] schemes)
    {
        if (cluster.Text(name) is not { Length: > 0 } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var address) && schemes.Contains(address.Scheme) && address.Query.Length == 0
            ? address
            : throw cluster.Refuse(name, $"is no address; write one that begins with {string.Join(":// or ", schemes)}://");
    }

    private static Impersonation? ReadImpersonation(KubeconfigSection user)
    {
        if (user.Has("as-user-extra"))
        {
            throw user.Refuse("as-user-extra", "is not supported; remove it");
        }

        // Each group is a header of its own, and the platform's HTTP client writes several as one: they would be another group.
        if (user.Texts("as-groups") is { Length: > 1 })
        {
            throw user.Refuse("as-groups", "may have one group only; create a user or service account that is in all of them");
        }

        return user.Text("as") is { Length: > 0 } name
            ? new Impersonation(name, user.Text("as-uid"), user.Texts("as-groups").FirstOrDefault())
            : user.Has("as-uid") || user.Has("as-groups") ? throw user.Refuse("as", "is missing beside as-uid or as-groups; name the user") : null;
    }
}
