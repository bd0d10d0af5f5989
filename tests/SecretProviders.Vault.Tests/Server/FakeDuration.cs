using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.Server;

/// <summary>Durations and times as Vault takes and writes them.</summary>
internal static class FakeDuration
{
    /// <summary>Reads seconds as a number, or text with a unit; null when there is none.</summary>
    public static TimeSpan? Read(JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => TimeSpan.FromSeconds(value.GetValue<double>()),
        _ => Parse(node.ToString()),
    };

    public static TimeSpan? Parse(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var (digits, factor) = text[^1] switch
        {
            's' => (text[..^1], 1),
            'm' => (text[..^1], 60),
            'h' => (text[..^1], 3600),
            'd' => (text[..^1], 86400),
            _ => (text, 1),
        };
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? TimeSpan.FromSeconds(number * factor) : null;
    }

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    public static long Unix(DateTimeOffset at) => at.ToUnixTimeSeconds();

    /// <summary>As Go prints a duration: <c>768h0m0s</c>.</summary>
    public static string Go(TimeSpan span) => span >= TimeSpan.FromHours(1)
        ? $"{(long)span.TotalHours}h{span.Minutes}m{span.Seconds}s"
        : span >= TimeSpan.FromMinutes(1) ? $"{span.Minutes}m{span.Seconds}s" : $"{span.Seconds}s";

    /// <summary>As warnings print it: <c>1h</c>, <c>2m</c>, <c>4s</c>.</summary>
    public static string Short(TimeSpan span) => Go(span).Replace("h0m0s", "h", StringComparison.Ordinal).Replace("m0s", "m", StringComparison.Ordinal);
}
