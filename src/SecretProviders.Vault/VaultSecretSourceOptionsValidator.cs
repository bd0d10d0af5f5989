using Microsoft.Extensions.Options;
using SecretProviders.Vault.Client;

namespace SecretProviders.Vault;

/// <summary>Names every mistake at once, at start.</summary>
internal sealed class VaultSecretSourceOptionsValidator : IValidateOptions<VaultSecretSourceOptions>
{
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, VaultSecretSourceOptions options)
    {
        string[] failures = [.. Judge(options).Select(failure => $"Source '{name}': {failure}")];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Judge(VaultSecretSourceOptions options) =>
        [.. JudgeAddresses(options), .. JudgeScope(options), .. JudgeTimes(options), .. JudgeAuth(options.Auth, options)];

    private static IEnumerable<string> JudgeAddresses(VaultSecretSourceOptions options)
    {
        if (options.Addresses.Count == 0)
        {
            yield return $"{nameof(options.Addresses)} is empty; name at least one server, such as https://vault.example:8200.";
        }

        foreach (var address in options.Addresses)
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.Host.Length == 0)
            {
                yield return $"the address '{address}' is not http://HOST or https://HOST with an optional port.";
            }
            else if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            {
                yield return $"the address of '{uri.Host}' has a user, a query or a fragment; name the server only.";
            }
        }

        if (options.Addresses.Distinct(StringComparer.OrdinalIgnoreCase).Count() != options.Addresses.Count)
        {
            yield return $"{nameof(options.Addresses)} names a server twice; name each once.";
        }
    }

    private static IEnumerable<string> JudgeScope(VaultSecretSourceOptions options)
    {
        if (options.Namespace is { } scope && (scope.Trim('/').Length == 0 || !IsHeader(scope)))
        {
            yield return $"{nameof(options.Namespace)} must be a path of printable ASCII such as team-a/prod; leave it out for the root.";
        }

        if (options.Tls is not { Ca: null, Certificate: null, ServerName: null } && !options.Addresses.Any(static address => address.StartsWith("https:", StringComparison.OrdinalIgnoreCase)))
        {
            yield return $"{nameof(options.Tls)} is set, but no address is https; correct the addresses.";
        }
    }

    private static IEnumerable<string> JudgeTimes(VaultSecretSourceOptions options)
    {
        if (options.Poll < ShortestPoll || options.Poll > Longest)
        {
            yield return $"{nameof(options.Poll)} must be from {ShortestPoll} to {Longest}, but is {options.Poll}.";
        }

        if (options.Timeout <= TimeSpan.Zero || options.Timeout > Longest)
        {
            yield return $"{nameof(options.Timeout)} must be above zero and at most {Longest}, but is {options.Timeout}.";
        }
    }

    private static IEnumerable<string> JudgeAuth(VaultAuthOptions auth, VaultSecretSourceOptions options)
    {
        object?[] methods = [auth.Token, auth.AppRole, auth.Kubernetes, auth.Jwt, auth.Certificate];
        if (methods.Count(static method => method is not null) != 1)
        {
            yield return "set exactly one method of Auth: Token, AppRole, Kubernetes, Jwt or Certificate.";
        }

        if (auth.AppRole is { } appRole)
        {
            if (string.IsNullOrWhiteSpace(appRole.RoleId))
            {
                yield return "AppRole needs a RoleId.";
            }

            if (appRole.SecretIdWrapped && appRole.SecretId is null)
            {
                yield return "AppRole has SecretIdWrapped, but no SecretId to unwrap.";
            }
        }

        if (auth.Kubernetes is { Role: var role } && string.IsNullOrWhiteSpace(role))
        {
            yield return "Kubernetes needs a Role.";
        }

        if (auth.Jwt is { Jwt: null })
        {
            yield return "Jwt needs the Jwt itself: a file or a secret.";
        }

        foreach (var failure in JudgeCertificate(auth, options))
        {
            yield return failure;
        }

        foreach (var mount in new[] { auth.AppRole?.Mount, auth.Kubernetes?.Mount, auth.Jwt?.Mount, auth.Certificate?.Mount }.OfType<string>())
        {
            if (VaultPath.TryEscape($"mount/{mount}", out _) is not null)
            {
                yield return $"the Mount '{mount}' is not a path such as approle or team/approle, without auth/.";
            }
        }
    }

    private static IEnumerable<string> JudgeCertificate(VaultAuthOptions auth, VaultSecretSourceOptions options)
    {
        if (auth.Certificate is { Certificate: null })
        {
            yield return "Certificate needs the Certificate itself: a file, a folder or a secret.";
        }

        if (auth.Certificate is not null && options.Tls.Certificate is not null)
        {
            yield return $"{nameof(options.Tls)} has a client certificate beside that of the login by certificate; keep the latter.";
        }

        if (auth.Certificate is not null && options.Addresses.Any(static address => address.StartsWith("http:", StringComparison.OrdinalIgnoreCase)))
        {
            yield return "a login by certificate needs https addresses only.";
        }
    }

    private static bool IsHeader(string text) => text.All(static character => character is >= '!' and <= '~');
}
