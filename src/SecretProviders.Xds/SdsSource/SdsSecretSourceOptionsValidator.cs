using Microsoft.Extensions.Options;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.Sds;

/// <summary>Names every mistake at once, at start.</summary>
internal sealed class SdsSecretSourceOptionsValidator : IValidateOptions<SdsSecretSourceOptions>
{
    private const int SmallestResponse = 64 * 1024;
    private const int LargestResponse = 1024 * 1024 * 1024;
    private static readonly TimeSpan ShortestAbsentAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortestKeepAlive = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SdsSecretSourceOptions options)
    {
        string[] failures = [.. Addresses(options), .. Times(options), .. Rest(options)];
        return failures.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(failures.Select(failure => $"Source '{name}': {failure}"));
    }

    private static IEnumerable<string> Addresses(SdsSecretSourceOptions options)
    {
        if (options.Addresses.Count == 0)
        {
            yield return $"{nameof(options.Addresses)} is empty; add unix:/path/to/socket, http://host:port or https://host:port.";
        }

        var secure = false;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var address in options.Addresses)
        {
            if (Fault(address, out var parsed) is { } fault)
            {
                yield return fault;
            }
            else if (!seen.Add(address))
            {
                yield return $"The address '{address}' comes twice; remove one.";
            }

            secure |= parsed?.BaseUri.Scheme == Uri.UriSchemeHttps;
        }

        if (options.Tls is not { Ca: null, Certificate: null, ServerName: null } && !secure)
        {
            yield return $"{nameof(options.Tls)} is set, but no address begins with https://; without it the connection would not be secured.";
        }
    }

    private static IEnumerable<string> Times(SdsSecretSourceOptions options)
    {
        if (options.Timeout <= TimeSpan.Zero || options.Timeout > Longest)
        {
            yield return $"{nameof(options.Timeout)} must be above zero and at most {Longest}, but is {options.Timeout}.";
        }

        if (options.AbsentAfter < ShortestAbsentAfter || options.AbsentAfter >= options.Timeout)
        {
            yield return $"{nameof(options.AbsentAfter)} must be at least {ShortestAbsentAfter} and shorter than {nameof(options.Timeout)} ({options.Timeout}), but is {options.AbsentAfter}.";
        }

        if (options.KeepAlive is { } keepAlive && (keepAlive < ShortestKeepAlive || keepAlive > Longest))
        {
            yield return $"{nameof(options.KeepAlive)} must be from {ShortestKeepAlive} to {Longest} or null, but is {keepAlive}.";
        }
    }

    private static IEnumerable<string> Rest(SdsSecretSourceOptions options)
    {
        if (options.MaxResponseBytes is < SmallestResponse or > LargestResponse)
        {
            yield return $"{nameof(options.MaxResponseBytes)} must be from {SmallestResponse} to {LargestResponse}, but is {options.MaxResponseBytes}.";
        }

        if (string.IsNullOrEmpty(options.NodeId))
        {
            yield return $"{nameof(options.NodeId)} is empty; servers know their clients by it, so name one.";
        }
    }

    private static string? Fault(string address, out GrpcAddress? parsed)
    {
        parsed = null;
        try
        {
            parsed = GrpcAddress.Parse(address);
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }
}
