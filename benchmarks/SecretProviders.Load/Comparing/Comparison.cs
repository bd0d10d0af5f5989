namespace SecretProviders.Load.Comparing;

/// <summary>Runs every case on every server, in turn: A B C D, A B C D, so that what else the machine does hits all alike.</summary>
internal static class Comparison
{
    public static async Task<IReadOnlyList<CaseResult>> RunAsync(string peers, IEnumerable<LoadCase> cases, int runs, CancellationToken cancellationToken)
    {
        var setups = Setup.List(peers);
        var client = Path.Combine(peers, "sds-client-go");
        var results = new List<CaseResult>();
        foreach (var load in cases)
        {
            await Console.Error.WriteLineAsync($"{DateTime.UtcNow:HH:mm:ss} {load}");
            var byServer = setups.Select(static setup => (Setup: setup, Runs: new List<RunResult>())).ToArray();
            for (var i = 0; i < runs; i++)
            {
                foreach (var (setup, done) in byServer)
                {
                    done.Add(await LoadRun.RunAsync(setup, load, client, cancellationToken));
                }
            }

            results.Add(new CaseResult(load, [.. byServer.Select(static server => (server.Setup, (IReadOnlyList<RunResult>)server.Runs))]));
        }

        return results;
    }
}
