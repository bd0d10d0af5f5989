using System.Globalization;

namespace SecretProviders.Host.Configuration;

/// <summary>Reads and writes durations (<c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>48h</c>, <c>7d</c>) and sizes (<c>64KiB</c>, <c>1MiB</c>, bytes).</summary>
internal static class Quantities
{
    public const string DurationHint = "a duration such as 500ms, 10s, 5m, 48h or 7d";
    public const string SizeHint = "a size such as 4096, 64KiB or 1MiB";
    private const int MaxDigits = 9;
    private static readonly TimeSpan MaxDuration = TimeSpan.FromDays(36_500);

    public static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var unit = digits < 0 ? TimeSpan.Zero : text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        if (unit == TimeSpan.Zero || !TryNumber(text.AsSpan(0, digits), out var number) || number > MaxDuration / unit)
        {
            return false;
        }

        duration = number * unit;
        return true;
    }

    public static bool TrySize(string text, out long bytes)
    {
        var unit = text.EndsWith("KiB", StringComparison.Ordinal) ? 1024
            : text.EndsWith("MiB", StringComparison.Ordinal) ? 1024 * 1024
            : 1;
        var valid = TryNumber(unit == 1 ? text : text.AsSpan(0, text.Length - 3), out var number);
        bytes = number * unit;
        return valid;
    }

    /// <summary>Writes a time span for people: rounded to one unit.</summary>
    public static string ForPeople(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => FormattableString.Invariant($"{span.TotalMilliseconds:0}ms"),
        { TotalMinutes: < 2 } => FormattableString.Invariant($"{span.TotalSeconds:0}s"),
        { TotalHours: < 2 } => FormattableString.Invariant($"{span.TotalMinutes:0}m"),
        { TotalDays: < 2 } => FormattableString.Invariant($"{span.TotalHours:0}h"),
        _ => FormattableString.Invariant($"{span.TotalDays:0}d"),
    };

    private static bool TryNumber(ReadOnlySpan<char> digits, out long number)
    {
        number = 0;
        return digits.Length is > 0 and <= MaxDigits && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
