using System.Text.Json;
using System.Text.Json.Serialization;

namespace SecretProviders.Kubernetes.Client;

/// <summary>The API's Status object, which says why something was refused.</summary>
internal sealed record ApiStatus
{
    private const int LongestMessage = 500;

    [JsonPropertyName("kind")]
    public string? Kind { get; init; }

    [JsonPropertyName("code")]
    public int? Code { get; init; }

    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("details")]
    public ApiStatusDetails? Details { get; init; }

    /// <summary>Makes the exception that a refusal is.</summary>
    /// <param name="json">
    /// The body. Only a Status goes before the HTTP status: proxies have pages of their own, and what stands in front of
    /// a server that is down (5xx) may repeat a body that is not about this.
    /// </param>
    /// <param name="httpCode">The HTTP status, or null in a stream.</param>
    /// <param name="retryAfter">What the header says, or null.</param>
    public static ApiException ToException(ReadOnlySpan<byte> json, int? httpCode, TimeSpan? retryAfter = null)
    {
        var status = TryRead(json);
        var speaks = status is not null && (httpCode is null || (status.Kind == "Status" && httpCode < 500));
        var code = speaks && status!.Code is { } said and > 0 ? said : httpCode ?? 500;
        var wish = retryAfter ?? (status?.Details?.RetryAfterSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null);
        return new ApiException(code, speaks ? status!.Reason : null, OneLine(status?.Message ?? $"the API server answered with status {code}")) { RetryAfter = wish };
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
