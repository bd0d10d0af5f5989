namespace SecretProviders.Load.Comparing;

/// <summary>One thing that is measured, and what share of go-control-plane's best we aim at.</summary>
/// <param name="Name">The name in tables, with the unit.</param>
/// <param name="Format">How a value is written.</param>
/// <param name="Value">Gets the value of a run.</param>
/// <param name="Aim">Gets the highest ratio that is good for a case, or null where none is set.</param>
internal sealed record Figure(string Name, string Format, Func<LoadCase, RunResult, double> Value, Func<LoadCase, double?> Aim)
{
    private const double Half = 0.5;
    private const double Seventy = 0.7;
    private const int Thousand = 1000;
    private const int FiveThousand = 5000;
    private const double MillisecondsPerSecond = 1000;

    public static readonly Figure[] All =
    [
        new("server CPU, ms/round", "0.0", static (load, run) => run.ServerCpuSeconds * MillisecondsPerSecond / load.Rounds, static load => OfMany(load, Half)),
        new("peak RSS, MiB", "0", static (_, run) => run.ServerPeakMebibytes, static load => load.Streams switch { FiveThousand => Seventy, Thousand => 1, _ => null }),
        new("first snapshot, ms", "0", static (_, run) => run.FirstSnapshotMilliseconds, static _ => Seventy),
        new("push p50, ms", "0.00", static (_, run) => run.MedianMilliseconds, static _ => null),
        new("push p99, ms", "0.00", static (_, run) => run.TailMilliseconds, static load => OfMany(load, Half)),
    ];

    // One push of a millisecond is measured in ticks and wake-ups, so no aim is set for it.
    private static double? OfMany(LoadCase load, double aim) => load is { Change: Change.All, Streams: >= Thousand } ? aim : null;
}
