using System.Diagnostics;
using System.Text;
using System.Text.Json;

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

    public StreamWriter Input => _process.StandardInput;

    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
        ?? throw new InvalidOperationException($"The program ended without another line; it said: {Errors()}");

    /// <summary>Reads the next event of a client.</summary>
    public async Task<ClientEvent> ReadEventAsync() => JsonSerializer.Deserialize<ClientEvent>(await ReadLineAsync(), JsonSerializerOptions.Web)!;

    /// <summary>Waits for the end and returns the exit code and everything that was not read.</summary>
    public async Task<(int ExitCode, string Output)> WaitAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return (_process.ExitCode, output + Errors());
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

    private string Errors()
    {
        lock (_errors)
        {
            return _errors.ToString();
        }
    }
}
