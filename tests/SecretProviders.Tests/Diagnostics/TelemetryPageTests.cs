using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace SecretProviders.Tests.Diagnostics;

/// <summary>docs/telemetry.md lists every log event and metric of the code, and nothing else.</summary>
public sealed partial class TelemetryPageTests
{
    [Fact]
    public void Every_log_event_stands_on_the_page_and_every_event_on_the_page_in_the_code()
    {
        var code = Sources().SelectMany(static text => LogEvent().Matches(text)).Select(static match => $"{match.Groups["id"].Value} {match.Groups["name"].Value}");
        var page = PageEvent().Matches(Page()).Select(static match => $"{match.Groups["id"].Value} {match.Groups["name"].Value}");

        Assert.Equal(code.Order(StringComparer.Ordinal), page.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_metric_stands_on_the_page_and_every_metric_on_the_page_in_the_code()
    {
        var code = Sources().SelectMany(static text => Metric().Matches(text)).Select(static match => match.Groups["name"].Value);
        var page = PageMetric().Matches(Page()).Select(static match => match.Groups["name"].Value);

        Assert.Equal(code.Order(StringComparer.Ordinal), page.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Event_ids_are_used_once()
    {
        var ids = Sources().SelectMany(static text => LogEvent().Matches(text)).Select(static match => match.Groups["id"].Value).ToArray();

        Assert.NotEmpty(ids);
        Assert.Equal(ids.Distinct(), ids);
    }

    [GeneratedRegex("""LoggerMessage\(\s*(EventId = )?(?<id>\d+),(?s:.*?)EventName = "(?<name>\w+)""")]
    private static partial Regex LogEvent();

    [GeneratedRegex(@"^\| (?<id>\d+) \| `(?<name>\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex PageEvent();

    [GeneratedRegex("""Create(Observable)?(UpDown)?(Counter|Histogram|Gauge)(<\w+>)?\(\s*"(?<name>[a-z_.]+)""")]
    private static partial Regex Metric();

    [GeneratedRegex(@"^\| `(?<name>secretproviders\.[a-z_.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex PageMetric();

    private static string Page() => File.ReadAllText(Path.Combine(Root(), "docs", "telemetry.md"));

    private static IEnumerable<string> Sources() => Directory
        .EnumerateFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories)
        .Where(static path => !path.Contains("/obj/", StringComparison.Ordinal))
        .Select(File.ReadAllText);

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
