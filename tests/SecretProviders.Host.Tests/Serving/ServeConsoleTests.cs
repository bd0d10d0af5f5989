using Microsoft.Extensions.Logging;
using SecretProviders.Host.Output;
using SecretProviders.Host.Serving;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>What a person sees of a running server.</summary>
public sealed class ServeConsoleTests : IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Without_a_terminal_there_is_no_colour()
    {
        Console(isTerminal: false).Problem("broken");

        Assert.Matches(@"^\d\d:\d\d:\d\d broken$", Assert.Single(_run.Error.Lines()));
    }

    [Theory]
    [InlineData(SecretStatus.Available, "\e[32m")]
    [InlineData(SecretStatus.Stale, "\e[33m")]
    [InlineData(SecretStatus.Denied, "\e[31m")]
    public void On_a_terminal_the_colour_tells_the_status(SecretStatus status, string colour)
    {
        Console(isTerminal: true).Event(new SecretView("a", null, status, null, null, null, null, null), clients: 0);

        var line = Assert.Single(_run.Error.Lines());
        Assert.StartsWith(colour, line, StringComparison.Ordinal);
        Assert.EndsWith("\e[0m", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_is_one_line()
    {
        Console(isTerminal: false).Note("a\nb");

        Assert.Single(_run.Error.Lines());
    }

    [Theory]
    [InlineData(LogLevel.Debug, 0)]
    [InlineData(LogLevel.Information, 0)]
    [InlineData(LogLevel.Warning, 1)]
    [InlineData(LogLevel.Error, 1)]
    [InlineData(LogLevel.Critical, 1)]
    public void Warnings_and_worse_are_shown(LogLevel level, int lines)
    {
        using var provider = new ConsoleLoggerProvider(Console(isTerminal: false));

        provider.CreateLogger("Any").Log(level, new EventId(1, "Any"), "text", null, static (state, _) => state);

        Assert.Equal(lines, _run.Error.Lines().Length);
        Assert.All(_run.Error.Lines(), line => Assert.EndsWith($" {level}: text", line, StringComparison.Ordinal));
    }

    [Fact]
    public void An_exception_is_named_with_its_message()
    {
        using var provider = new ConsoleLoggerProvider(Console(isTerminal: false));

        provider.CreateLogger("Any").Log(LogLevel.Error, default, "text", new IOException("disk"), static (state, _) => state);

        Assert.EndsWith(" Error: text (IOException: disk)", Assert.Single(_run.Error.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_provider_publishes_goes_to_the_events()
    {
        var published = new List<string>();
        using var provider = new ConsoleLoggerProvider(Console(isTerminal: false), published.Add);
        KeyValuePair<string, object?>[] state = [new("Name", "web"), new("Status", SecretStatus.Available)];

        provider.CreateLogger(typeof(AggregateProvider).FullName!).Log(LogLevel.Debug, new EventId(100, "Published"), state, null, static (_, _) => "text");
        provider.CreateLogger("Other").Log(LogLevel.Debug, new EventId(100, "Published"), state, null, static (_, _) => "text");

        Assert.Equal("web", Assert.Single(published));
        Assert.Empty(_run.Error.Lines());
    }

    [Fact]
    public void A_problem_that_its_event_shows_is_not_told_twice()
    {
        using var provider = new ConsoleLoggerProvider(Console(isTerminal: false), static _ => { });

        provider.CreateLogger(typeof(AggregateProvider).FullName!).Log(LogLevel.Warning, new EventId(104, "NameTroubled"), "text", null, static (state, _) => state);

        Assert.Empty(_run.Error.Lines());
    }

    private ServeConsole Console(bool isTerminal) => new(_run.Environment with { IsTerminal = isTerminal });
}
