using System.Globalization;

namespace SecretProviders.Kubernetes.Configuration;

/// <summary>The access that the kubelet gives to every pod: a token that rotates, an authority, a namespace.</summary>
internal static class InClusterAccess
{
    /// <summary>Makes the access, or returns null when this is no pod.</summary>
    public static ClusterAccess? TryCreate(AccessEnvironment environment)
    {
        var token = Path.Combine(environment.ServiceAccount, "token");
        if (environment.Variable("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host
            || !int.TryParse(environment.Variable("KUBERNETES_SERVICE_PORT"), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || !File.Exists(token))
        {
            return null;
        }

        return new ClusterAccess(new UriBuilder(Uri.UriSchemeHttps, host, port, "/").Uri, new TokenFileCredential(token), $"'{environment.ServiceAccount}'")
        {
            Authorities = PemSource.FromFile(Path.Combine(environment.ServiceAccount, "ca.crt")),
            Namespace = ReadNamespace(Path.Combine(environment.ServiceAccount, "namespace")),
        };
    }

    private static string ReadNamespace(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } name ? name : "default";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "default";
        }
    }
}
