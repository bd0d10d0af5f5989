using System.Text.Json;
using System.Text.Json.Serialization;

namespace SecretProviders.Kubernetes.Client;

/// <summary>The API's Status object, which says why something was refused.</summary>
internal sealed record ApiStatus
{
    private const int LongestMessage = 500;

    [JsonPropertyName("code")]
    public int? Code { get; init; }

    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("details")]
    public ApiStatusDetails? Details { get; init; }

    /// <summary>Makes the exception that a refusal is.</summary>
    /// <param name="json">The body, which need not be a Status: proxies have pages of their own.</param>
    /// <param name="httpCode">The HTTP status, or null in a stream.</param>
    /// <param name="retryAfter">What the header says, or null.</param>
    public static ApiException ToException(ReadOnlySpan<byte> json, int? httpCode, TimeSpan? retryAfter = null)
    {
        var status = TryRead(json);
        var code = status?.Code is { } said and > 0 ? said : httpCode ?? 500;
        var wish = retryAfter ?? (status?.Details?.RetryAfterSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null);
        return new ApiException(code, status?.Reason, OneLine(status?.Message ?? $"the API server answered with status {code}")) { RetryAfter = wish };
    }

    private static ApiStatus? TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ApiJson.Default.ApiStatus);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string OneLine(string text) =>
        new([.. text.Take(LongestMessage).Select(static letter => char.IsControl(letter) ? ' ' : letter)]);
}
