using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf;
using SecretProviders.Xds;
using SecretProviders.Xds.Protos.Workload;
using SecretProviders.Xds.Tests.Spiffe;

namespace SecretProviders.Interop.Tests.Spiffe;

/// <summary>The Workload API of go-spiffe on grpc-go, in a process of its own.</summary>
internal sealed class GoWorkloadServer : IWorkloadServer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spiffe-go-");
    private readonly SemaphoreSlim _commands = new(1, 1);
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _calls = new(StringComparer.Ordinal);
    private string _serving = "serve - -";
    private Process? _process;
    private Task _reading = Task.CompletedTask;
    private TaskCompletionSource<string> _answer = NewAnswer();

    public string Socket => $"unix://{Path.Combine(_folder.FullName, "agent.sock")}";

    public async Task StartAsync()
    {
        var ready = _answer = NewAnswer();
        _process = Process.Start(new ProcessStartInfo(Components.GoWorkloadApi, [Path.Combine(_folder.FullName, "agent.sock")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _reading = ReadAsync(_process);
        Assert.Equal("ready", await ready.Task.WaitAsync(Patience));
        await CommandAsync(_serving);
    }

    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync().WaitAsync(Patience);
            await _reading.WaitAsync(Patience);
            process.Dispose();
            _open.Clear();
        }
    }

    public Task ServeAsync(X509SVIDResponse svids, X509BundlesResponse bundles)
    {
        _serving = $"serve {Text(svids)} {Text(bundles)}";
        return CommandAsync(_serving);
    }

    public Task FailAsync(GrpcStatusCode? status) => CommandAsync($"fail {(int)(status ?? GrpcStatusCode.OK)}");

    public Task SilenceAsync() => CommandAsync("silence");

    public int Open(string method) => _open.GetValueOrDefault(method);

    public int Calls(string method) => _calls.GetValueOrDefault(method);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _commands.Dispose();
        _folder.Delete(recursive: true);
    }

    private static TaskCompletionSource<string> NewAnswer() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Text(IMessage message) => message.CalculateSize() == 0 ? "-" : message.ToByteString().ToBase64();

    // While it is killed there is nobody to tell: what is served is told at the next start.
    private async Task CommandAsync(string command)
    {
        await _commands.WaitAsync();
        try
        {
            if (_process is { } process)
            {
                var answer = _answer = NewAnswer();
                await process.StandardInput.WriteLineAsync(command);
                Assert.Equal("done", await answer.Task.WaitAsync(Patience));
            }
        }
        finally
        {
            _commands.Release();
        }
    }

    private async Task ReadAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            switch (line.Split(' ', 2))
            {
                case ["open", var method]:
                    _calls.AddOrUpdate(method, 1, static (_, count) => count + 1);
                    _open.AddOrUpdate(method, 1, static (_, count) => count + 1);
                    break;
                case ["close", var method]:
                    _open.AddOrUpdate(method, 0, static (_, count) => count - 1);
                    break;
                default:
                    _answer.TrySetResult(line);
                    break;
            }
        }

        _answer.TrySetException(new InvalidOperationException("The Workload API has ended."));
    }
}
