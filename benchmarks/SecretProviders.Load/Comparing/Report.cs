using System.Globalization;

namespace SecretProviders.Load.Comparing;

/// <summary>Writes results as Markdown: first the ratios, then what was measured.</summary>
internal static class Report
{
    /// <summary>Writes both tables.</summary>
    /// <param name="results">What was measured.</param>
    /// <param name="runs">How often each case ran.</param>
    /// <param name="output">Takes the text.</param>
    public static void Write(IReadOnlyList<CaseResult> results, int runs, TextWriter output)
    {
        output.WriteLine($"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, .NET {Environment.Version}; medians of {runs} runs.");
        output.WriteLine();
        WriteRatios(results, output);
        output.WriteLine();
        WriteFigures(results, output);
    }

    private static void WriteRatios(IReadOnlyList<CaseResult> results, TextWriter output)
    {
        WriteRow(output, ["ours / best of go-control-plane", .. Figure.All.Select(static figure => figure.Name)]);
        WriteRow(output, ["---", .. Figure.All.Select(static _ => "---:")]);
        foreach (var result in results)
        {
            WriteRow(output, [result.Load.ToString(), .. Figure.All.Select(figure => Ratio(result, figure))]);
        }
    }

    private static void WriteFigures(IReadOnlyList<CaseResult> results, TextWriter output)
    {
        WriteRow(output, ["case", "figure", .. results.SelectMany(static result => result.Runs.Select(static run => run.Setup.Name)).Distinct()]);
        WriteRow(output, ["---", "---", .. results.SelectMany(static result => result.Runs.Select(static run => run.Setup.Name)).Distinct().Select(static _ => "---:")]);
        foreach (var result in results)
        {
            foreach (var figure in Figure.All)
            {
                WriteRow(output, [result.Load.ToString(), figure.Name, .. result.Spreads(figure).Select(server => server.Spread.ToString(figure.Format))]);
            }
        }
    }

    private static string Ratio(CaseResult result, Figure figure)
    {
        var spreads = result.Spreads(figure);
        var ours = spreads.Single(static server => server.Setup.IsOurs).Spread.Median;
        var best = spreads.Where(static server => !server.Setup.IsOurs).MinBy(static server => server.Spread.Median);
        if (best.Spread.Median <= 0)
        {
            return "below a tick";
        }

        var ratio = ours / best.Spread.Median;
        var judged = figure.Aim(result.Load) is { } aim ? ratio <= aim ? " ✓" : $" ✗ (aim {aim.ToString("0.0", CultureInfo.InvariantCulture)})" : string.Empty;
        return $"{ratio.ToString("0.00", CultureInfo.InvariantCulture)}{judged} {best.Setup.Name}";
    }

    private static void WriteRow(TextWriter output, IEnumerable<string> cells) => output.WriteLine($"| {string.Join(" | ", cells)} |");
}
