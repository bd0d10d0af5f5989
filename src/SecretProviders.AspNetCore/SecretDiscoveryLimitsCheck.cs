namespace SecretProviders.AspNetCore;

/// <summary>Judges limits at start, all mistakes at once.</summary>
internal static class SecretDiscoveryLimitsCheck
{
    // Kestrel's heart beats once a second.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <exception cref="SecretConfigurationException">A limit cannot be used.</exception>
    public static void Require(SecretDiscoveryLimits limits)
    {
        List<string> errors = [];
        Check(limits.MaxConnections, nameof(limits.MaxConnections), errors);
        Check(limits.MaxConnectionsPerPeer, nameof(limits.MaxConnectionsPerPeer), errors);
        Check(limits.MaxStreamsPerPeer, nameof(limits.MaxStreamsPerPeer), errors);
        Check(limits.MaxStreamsPerConnection, nameof(limits.MaxStreamsPerConnection), errors);
        Check(limits.IdleTimeout, nameof(limits.IdleTimeout), errors);
        Check(limits.PingDelay, nameof(limits.PingDelay), errors);
        Check(limits.PingTimeout, nameof(limits.PingTimeout), errors);
        if (errors.Count != 0)
        {
            throw new SecretConfigurationException(errors);
        }
    }

    private static void Check(int value, string name, List<string> errors)
    {
        if (value < 1)
        {
            errors.Add($"{nameof(SecretDiscoveryLimits)}.{name} must be 1 or more, but is {value}.");
        }
    }

    private static void Check(TimeSpan value, string name, List<string> errors)
    {
        if (value < Shortest)
        {
            errors.Add($"{nameof(SecretDiscoveryLimits)}.{name} must be one second or more, but is {value}.");
        }
    }
}
