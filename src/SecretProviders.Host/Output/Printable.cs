namespace SecretProviders.Host.Output;

/// <summary>
/// Makes text fit for one line of a terminal. Names come from clients and details from stores, and either could hold
/// line ends to forge a line with, or sequences that command the terminal.
/// </summary>
internal static class Printable
{
    private const char Replacement = '\uFFFD';

    /// <summary>Replaces every control character.</summary>
    public static string Line(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(static character => char.IsControl(character) ? Replacement : character)) : text;
}
