using System.CommandLine;

namespace SecretProviders.Load.Comparing;

/// <summary><c>compare</c>: runs our server and go-control-plane in turn under the same load, and prints what each cost.</summary>
internal static class CompareCommand
{
    private const int DefaultRuns = 5;

    public static Command Build()
    {
        var peers = new Option<DirectoryInfo>("--peers") { Description = "The folder with sds-server-go and sds-client-go (see benchmarks/README.md).", Required = true };
        var runs = new Option<int>("--runs") { Description = "How often each case runs; the median counts.", DefaultValueFactory = static _ => DefaultRuns };
        var streams = new Option<int[]>("--streams") { Description = "The numbers of streams.", DefaultValueFactory = static _ => [100, 1000, 5000], AllowMultipleArgumentsPerToken = true };
        var variants = new Option<Variant[]>("--variants") { Description = "The variants of the protocol.", DefaultValueFactory = static _ => Enum.GetValues<Variant>(), AllowMultipleArgumentsPerToken = true };
        var changes = new Option<Change[]>("--changes") { Description = "What changes: all secrets, or one of 10,000.", DefaultValueFactory = static _ => Enum.GetValues<Change>(), AllowMultipleArgumentsPerToken = true };
        var command = new Command("compare", "Measure this server beside go-control-plane, in turn, and print a Markdown report.") { peers, runs, streams, variants, changes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            LoadCase[] cases =
            [
                .. from variant in parsed.GetRequiredValue(variants)
                   from change in parsed.GetRequiredValue(changes)
                   from count in parsed.GetRequiredValue(streams)
                   select new LoadCase(variant, change, count),
            ];
            var measured = await Comparison.RunAsync(parsed.GetRequiredValue(peers).FullName, cases, parsed.GetValue(runs), cancellationToken);
            Report.Write(measured, parsed.GetValue(runs), Console.Out);
            return 0;
        });
        return command;
    }
}
