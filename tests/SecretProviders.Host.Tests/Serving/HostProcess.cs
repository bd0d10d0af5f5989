using System.Diagnostics;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>The built program, as its own process.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Hanging = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private HostProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Output.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => Error.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public SignallingWriter Output { get; } = new();

    public SignallingWriter Error { get; } = new();

    // Who is started in the background of a script ignores SIGINT, and hands that on.
    public static HostProcess Start(string folder, params string[] arguments) =>
        Start(folder, "env", ["--default-signal=INT", "dotnet", Program, .. arguments]);

    /// <summary>Starts the program with a stderr that takes nothing.</summary>
    public static HostProcess StartWithFullLog(string folder, params string[] arguments) =>
        Start(folder, "/bin/sh", ["-c", "exec dotnet \"$0\" \"$@\" 2>/dev/full", Program, .. arguments]);

    private static string Program => Path.Combine(AppContext.BaseDirectory, "SecretProviders.Host.dll");

    private static HostProcess Start(string folder, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var setting in start.Environment.Keys.Where(static variable => variable.StartsWith("SECRETPROVIDERS_", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(setting);
        }

        start.Environment["XDG_RUNTIME_DIR"] = folder;
        return new HostProcess(Process.Start(start) ?? throw new InvalidOperationException("The program did not start."));
    }

    /// <summary>Sends a signal, by the shell's own command.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async Task<int> WhenEndedAsync()
    {
        using var hanging = new CancellationTokenSource(Hanging);
        await _process.WaitForExitAsync(hanging.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Output.Dispose();
        Error.Dispose();
    }
}
