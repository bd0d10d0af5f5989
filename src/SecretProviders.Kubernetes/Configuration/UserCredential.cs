using SecretProviders.Kubernetes.Configuration.Exec;

namespace SecretProviders.Kubernetes.Configuration;

/// <summary>Makes the credential of a kubeconfig's user.</summary>
internal static class UserCredential
{
    /// <summary>Makes it.</summary>
    /// <param name="user">The user.</param>
    /// <param name="cluster">The cluster, of which a plugin may want to know.</param>
    /// <param name="server">The cluster's address.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="SecretConfigurationException">Something is missing, or is not supported.</exception>
    public static ICredential Create(KubeconfigSection user, KubeconfigSection cluster, Uri server, TimeProvider timeProvider)
    {
        if (user.Has("username") || user.Has("password"))
        {
            throw user.Refuse("username", "is not supported, nor is any API server left that takes it; use a token, a certificate or an exec plugin");
        }

        if (user.Has("auth-provider"))
        {
            throw user.Refuse("auth-provider", "is not supported, and kubectl has dropped it; use an exec plugin");
        }

        List<ICredential> all = [];
        if (user.FilePath("tokenFile") is { } path)
        {
            all.Add(new TokenFileCredential(path));
        }
        else if (user.Text("token") is { Length: > 0 } token)
        {
            all.Add(new TokenCredential(token));
        }

        if (CreateCertificate(user) is { } certificate)
        {
            all.Add(certificate);
        }

        if (user.Section("exec") is { } exec)
        {
            if (all.Count > 0)
            {
                throw user.Refuse("exec", "stands beside another credential; keep one of them");
            }

            all.Add(new ExecCredential(ExecPlugin.Read(exec, cluster, server), timeProvider));
        }

        return new CombinedCredential(all);
    }

    private static CertificateCredential? CreateCertificate(KubeconfigSection user) => (user.Pem("client-certificate"), user.Pem("client-key")) switch
    {
        (null, null) => null,
        (null, _) => throw user.Refuse("client-certificate", "is missing beside client-key; write both"),
        (_, null) => throw user.Refuse("client-key", "is missing beside client-certificate; write both"),
        var (certificate, key) => new CertificateCredential(certificate, key),
    };
}
