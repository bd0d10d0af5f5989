namespace SecretProviders.Kubernetes.Client;

/// <summary>The API server refused: a status code with its Status object, or an ERROR event that carries one.</summary>
/// <param name="code">The code, as in HTTP.</param>
/// <param name="reason">The machine's word for it, or null.</param>
/// <param name="message">The server's words, on one line.</param>
internal sealed class ApiException(int code, string? reason, string message) : Exception(message)
{
    public int Code { get; } = code;

    public string? Reason { get; } = reason;

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets a value indicating whether the version or the continuation asked for is no longer kept.</summary>
    public bool IsGone => Code == 410 || Reason is "Expired" or "Gone";

    /// <summary>Gets a value indicating whether it is not permitted, or the credentials are not accepted.</summary>
    public bool IsDenied => Code is 401 or 403;
}
