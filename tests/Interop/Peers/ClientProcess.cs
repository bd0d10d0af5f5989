using System.Diagnostics;
using System.Text;

namespace SecretProviders.Interop.Tests;

/// <summary>A program under test conditions: its lines are read one by one, with a message instead of a hang.</summary>
internal sealed class ClientProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    public ClientProcess(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public StreamWriter Input => _process.StandardInput;

    /// <summary>Gets what the program said beside its lines.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
        ?? throw new InvalidOperationException($"The program ended without another line; it said: {Errors}");

    /// <summary>Reads the next line, however long it takes; null at the end.</summary>
    public Task<string?> TryReadLineAsync() => _process.StandardOutput.ReadLineAsync();

    /// <summary>Sends a signal, by name.</summary>
    public async Task SignalAsync(string signal)
    {
        await using var kill = new ClientProcess("/bin/kill", $"-{signal}", $"{_process.Id}");
        var (exitCode, output) = await kill.WaitAsync();
        Assert.True(exitCode == 0, output);
    }

    /// <summary>Waits for the end and returns the exit code and everything that was not read.</summary>
    public async Task<(int ExitCode, string Output)> WaitAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return (_process.ExitCode, output + Errors);
    }

    /// <summary>Ends the program without asking it, if it still runs.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }
}
