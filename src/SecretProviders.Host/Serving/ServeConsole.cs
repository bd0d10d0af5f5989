using SecretProviders.Host.Output;

namespace SecretProviders.Host.Serving;

/// <summary>What a person sees while the server runs: one line per event on stderr, with colour where somebody watches.</summary>
internal sealed class ServeConsole(CommandEnvironment environment)
{
    private const string Green = "\e[32m";
    private const string Yellow = "\e[33m";
    private const string Red = "\e[31m";
    private const string Faint = "\e[2m";
    private const string Reset = "\e[0m";
    private readonly Lock _gate = new();

    /// <summary>Tells what became of a name.</summary>
    public void Event(SecretView view, int clients) => Write(ColourOf(view.Status), EventLine.Format(view, environment.Time.GetLocalNow(), clients));

    /// <summary>Tells what the server does.</summary>
    public void Note(string text) => Write(Faint, Printable.Line($"{Now} {text}"));

    /// <summary>Tells what went wrong.</summary>
    public void Problem(string text) => Write(Red, Printable.Line($"{Now} {text}"));

    /// <summary>Writes text as it is.</summary>
    public void Plain(string text) => Write(colour: null, text);

    private string Now => FormattableString.Invariant($"{environment.Time.GetLocalNow():HH:mm:ss}");

    private static string ColourOf(SecretStatus status) => status switch
    {
        SecretStatus.Available => Green,
        SecretStatus.Stale or SecretStatus.Pending => Yellow,
        _ => Red,
    };

    private void Write(string? colour, string text)
    {
        lock (_gate)
        {
            environment.Error.WriteLine(colour is not null && environment.IsTerminal ? $"{colour}{text}{Reset}" : text);
            environment.Error.Flush();
        }
    }
}
