using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Output;

/// <summary>One line per event, for people: <c>12:00:01 default  tlsCertificate  v 3f2a…  from dev-ca  valid 60m</c>.</summary>
internal static class EventLine
{
    private const int VersionDigits = 8;
    private const int NameWidth = 16;

    /// <summary>Writes what became of a name.</summary>
    /// <param name="view">The name's new state.</param>
    /// <param name="now">The moment, in the zone that the reader lives in.</param>
    /// <param name="clients">How many clients hold the name, or null where nobody counts them.</param>
    public static string Format(SecretView view, DateTimeOffset now, int? clients = null)
    {
        var parts = new List<string> { FormattableString.Invariant($"{now:HH:mm:ss} {view.Name,-NameWidth}") };
        if (view.Status != SecretStatus.Available)
        {
            parts.Add(view.Status.ToString());
        }

        if (view.Version is { } version)
        {
            parts.Add($"{view.Kind,-17}");
            parts.Add($"v {version[..Math.Min(VersionDigits, version.Length)]}…");
        }

        if (view.Origin is { } origin)
        {
            parts.Add($"from {origin}");
        }

        if (view.NotAfter is { } end)
        {
            parts.Add(Validity(end, now));
        }

        if (view.Problem is { } problem)
        {
            parts.Add(problem.StartsWith($"{view.Status}: ", StringComparison.Ordinal) ? problem[$"{view.Status}: ".Length..] : problem);
        }

        if (clients is { } count)
        {
            parts.Add($"→ {Count(count, "client")}");
        }

        return Printable.Line(string.Join("  ", parts));
    }

    /// <summary>Tells how long something is still valid.</summary>
    public static string Validity(DateTime end, DateTimeOffset now) =>
        end > now.UtcDateTime ? $"valid {Quantities.ForPeople(end - now.UtcDateTime)}" : $"expired {Quantities.ForPeople(now.UtcDateTime - end)} ago";

    /// <summary>Writes a number with its noun.</summary>
    public static string Count(int count, string noun) => FormattableString.Invariant($"{count} {noun}{(count == 1 ? string.Empty : "s")}");
}
