namespace SecretProviders.Vault.Client;

/// <summary>What a refusal of Vault means, with Vault's own words kept. Pure.</summary>
/// <remarks>
/// The texts of an answer differ between versions and are no contract; they are passed on to people. Only the status
/// decides, with one exception that every version keeps: a plain "there is none" is 404 with an empty list of errors.
/// </remarks>
internal static class VaultErrors
{
    private const int PreconditionFailed = 412;
    private const int TooManyRequests = 429;

    /// <summary>Says whether a status tells something about the server rather than about the question.</summary>
    /// <param name="status">The HTTP status.</param>
    public static bool IsTrouble(int status) => status is >= 500 or PreconditionFailed or TooManyRequests or (>= 470 and < 480);

    /// <summary>Says whether the question was certainly not carried out, so that it may be asked again elsewhere.</summary>
    /// <param name="status">The HTTP status of an answer in Vault's own words.</param>
    public static bool IsUntouched(int status) => status is 503 or PreconditionFailed or TooManyRequests or (>= 470 and < 480);

    /// <summary>Makes the failure of an answer that tells of the server's trouble.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="node">What the server says about itself, or null.</param>
    public static SecretSourceException Trouble(VaultResponse response, string? node) => response.Status switch
    {
        TooManyRequests => new SecretSourceException(
            SecretErrorCode.Throttled, $"{response.Server} asks us to slow down (429{Words(response)}): raise its rate limit quota, or the source's poll.")
        {
            RetryAfter = response.RetryAfter,
        },
        PreconditionFailed => new SecretSourceException(
            SecretErrorCode.Unavailable, $"{response.Server} has not caught up with the cluster yet (412{Words(response)}).")
        { RetryAfter = response.RetryAfter },
        var status => new SecretSourceException(
            SecretErrorCode.Unavailable, $"{response.Server} {node ?? "cannot answer"} ({status}{Words(response)}).")
        { RetryAfter = response.RetryAfter },
    };

    /// <summary>Makes the state of a refusal of one question.</summary>
    /// <param name="response">A 4xx in Vault's own words, but not the plain "there is none".</param>
    /// <param name="path">What was asked for.</param>
    /// <param name="need">What the token's policy needs: <c>'read' on 'secret/data/web'</c>.</param>
    public static SecretState Refusal(VaultResponse response, string path, string need) => response.Status switch
    {
        403 => new SecretState.Denied($"{response.Server} may not show '{path}' to this token (403{Words(response)}): grant {need}."),
        404 when response.Errors.IsEmpty => Bad(response, path, "is not served there: a key of KV version 2 has 'data' behind its mount, such as secret/data/web; correct the reference's key"),
        404 => Bad(response, path, "is not served there: correct the reference's key, the mount in it, or the source's namespace"),
        405 => Bad(response, path, "is written and not read; a role that issues certificates needs parameters, such as common_name: correct the reference"),
        _ => Bad(response, path, "cannot be read so: correct the reference"),
    };

    /// <summary>Says whether an answer is the plain "there is none", and not a wrong path, mount or namespace.</summary>
    /// <param name="response">The answer.</param>
    public static bool IsAbsent(VaultResponse response) => response is { Status: 404, Errors.IsEmpty: true, Warnings.IsEmpty: true };

    /// <summary>Gets Vault's own words and its number of the request, to follow a status in a message; may be empty.</summary>
    /// <param name="response">The answer.</param>
    public static string Words(VaultResponse response)
    {
        var words = string.Join("; ", response.Errors.Concat(response.Warnings));
        var number = string.IsNullOrEmpty(response.RequestId) ? string.Empty : $", request {response.RequestId}";
        return words.Length == 0 ? number : $": {words}{number}";
    }

    private static SecretState.Invalid Bad(VaultResponse response, string path, string remedy) => new(new SecretProblem(
        SecretProblemCode.BadName, $"{response.Server}: '{path}' {remedy} ({response.Status}{Words(response)})."));
}
