using System.Globalization;
using System.Runtime;

namespace SecretProviders.Load.Serving;

/// <summary>
/// What a load client may ask for, one line each: <c>set NAME [BYTES]</c>, <c>del NAME</c>, <c>touch NAME|all</c>,
/// <c>rotate NAME|all</c> (the same for secrets without keys) and <c>stats</c>. The answer is a line that begins with
/// <c>ok</c> or <c>err</c>, and comes when the source has the change.
/// </summary>
internal sealed class ControlCommands(MarkedSecrets secrets)
{
    private const string All = "all";
    private const int MebibyteShift = 20;

    public string Answer(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["touch" or "rotate", All] => TouchAll(),
        ["touch" or "rotate", var name] => secrets.Touch(name) ? "ok" : Missing(name),
        ["set", var name] => Set(name, null),
        ["set", var name, var bytes] => int.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? Set(name, size) : $"err '{bytes}' is not a size in bytes",
        ["del", var name] => secrets.Remove(name) ? "ok" : Missing(name),
        ["stats"] => Stats(),
        _ => $"err '{line}' is not known: write set, del, touch, rotate or stats",
    };

    private static string Missing(string name) => $"err there is no secret '{name}'";

    /// <summary>What the process has used so far, warm-up included.</summary>
    private static string Stats()
    {
        var cpu = Environment.CpuUsage;
        FormattableString[] facts =
        [
            $"cpu_user={cpu.UserTime.TotalSeconds:F3}",
            $"cpu_sys={cpu.PrivilegedTime.TotalSeconds:F3}",
            $"allocated_mib={GC.GetTotalAllocatedBytes() >> MebibyteShift}",
            $"heap_mib={GC.GetTotalMemory(forceFullCollection: false) >> MebibyteShift}",
            $"gen0={GC.CollectionCount(0)}",
            $"gen2={GC.CollectionCount(2)}",
            $"pause_ms={GC.GetTotalPauseDuration().TotalMilliseconds:F0}",
            $"work_items={ThreadPool.CompletedWorkItemCount}",
            $"contentions={Monitor.LockContentionCount}",
            $"jit_ms={JitInfo.GetCompilationTime().TotalMilliseconds:F0}",
        ];
        return $"ok {string.Join(' ', facts.Select(FormattableString.Invariant))}";
    }

    private string TouchAll()
    {
        secrets.TouchAll();
        return "ok";
    }

    private string Set(string name, int? size)
    {
        secrets.Set(name, size);
        return "ok";
    }
}
