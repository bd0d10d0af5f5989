namespace SecretProviders.Benchmarks;

/// <summary>What the kernel says of this process's memory.</summary>
internal static class ResidentMemory
{
    /// <summary>Gets the most that was resident since <see cref="ResetPeak"/>, in bytes.</summary>
    public static long Peak => Read("VmHWM:");

    /// <summary>Forgets the peak.</summary>
    /// <returns>What is resident now, in bytes.</returns>
    public static long ResetPeak()
    {
        File.WriteAllText("/proc/self/clear_refs", "5");
        return Read("VmRSS:");
    }

    private static long Read(string field) =>
        1024 * long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith(field, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
}
