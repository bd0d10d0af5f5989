using SecretProviders.Xds;

namespace SecretProviders.AspNetCore.Sds;

/// <summary>Judges settings at start, all mistakes at once.</summary>
internal static class SecretDiscoveryOptionsCheck
{
    /// <exception cref="SecretConfigurationException">A setting cannot be used.</exception>
    public static void Require(SecretDiscoveryOptions options)
    {
        List<string> errors = [];
        Check(options.AckTimeout > TimeSpan.Zero, nameof(options.AckTimeout), "must be positive", options.AckTimeout, errors);
        Check(options.FetchTimeout > TimeSpan.Zero, nameof(options.FetchTimeout), "must be positive", options.FetchTimeout, errors);
        Check(options.MaxNamesPerStream > 0, nameof(options.MaxNamesPerStream), "must be 1 or more", options.MaxNamesPerStream, errors);
        Check(options.MaxRequestSize > 0, nameof(options.MaxRequestSize), "must be 1 or more bytes", options.MaxRequestSize, errors);
        if (errors.Count != 0)
        {
            throw new SecretConfigurationException(errors);
        }
    }

    private static void Check(bool sound, string name, string rule, object value, List<string> errors)
    {
        if (!sound)
        {
            errors.Add($"{nameof(SecretDiscoveryOptions)}.{name} {rule}, but is {value}.");
        }
    }
}
