using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace SecretProviders.Testing;

/// <summary>One line of a log.</summary>
/// <param name="Category">The logger's category.</param>
/// <param name="Level">The level.</param>
/// <param name="EventId">The event's id and name.</param>
/// <param name="Message">The rendered message.</param>
/// <param name="Exception">What was logged with it, or null.</param>
public sealed record LogEntry(string Category, LogLevel Level, EventId EventId, string Message, Exception? Exception)
{
    /// <summary>Gets the named values, each as a log pipeline would print it.</summary>
    public ImmutableArray<string> Fields { get; init; } = [];

    /// <summary>Returns everything that a log pipeline could print: level, id, message, values and exception.</summary>
    public override string ToString() => string.Join(
        ' ', (string[])[$"{Level} {Category} [{EventId.Id} {EventId.Name}]", Message, .. Fields, Exception?.ToString() ?? string.Empty]);
}
