using System.Buffers;

namespace SecretProviders.Xds.Envoy;

/// <summary>Refuses what would make a reference that no Envoy accepts.</summary>
internal static class EnvoySecretServerCheck
{
    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(static code => (char)code), (char)0x7F]);

    /// <exception cref="ArgumentException">A property cannot be used.</exception>
    public static void Require(EnvoySecretServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (string.IsNullOrEmpty(server.ClusterName) || server.ClusterName.AsSpan().ContainsAny(Controls))
        {
            throw new ArgumentException("ClusterName must be the name of an Envoy cluster: not empty, no control characters.", nameof(server));
        }

        if (server.Authority?.AsSpan().ContainsAny(Controls) == true)
        {
            throw new ArgumentException("Authority must be a host name without control characters.", nameof(server));
        }

        if (server.InitialFetchTimeout < TimeSpan.Zero)
        {
            throw new ArgumentException($"InitialFetchTimeout must not be negative, but is {server.InitialFetchTimeout}.", nameof(server));
        }
    }
}
