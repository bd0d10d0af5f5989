using SecretProviders.Host.Commands;
using SecretProviders.Testing;

namespace SecretProviders.Host.Tests;

/// <summary>Runs command lines in this process, in a folder of their own, with captured streams.</summary>
internal sealed class CommandRun : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sp-");
    private readonly CancellationTokenSource _interrupted = new();

    public CommandRun(TimeProvider? time = null)
    {
        Time = time ?? new ManualTimeProvider();
        Variables["XDG_RUNTIME_DIR"] = Folder;
    }

    public string Folder => _folder.FullName;

    public TimeProvider Time { get; }

    public Dictionary<string, string> Variables { get; } = [];

    public SignallingWriter Output { get; private set; } = new();

    public SignallingWriter Error { get; private set; } = new();

    public CommandEnvironment Environment => new(Output, Error, Variables, Folder, Time);

    public void Write(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public void Interrupt() => _interrupted.Cancel();

    /// <summary>Runs one command to its end, with fresh streams.</summary>
    public Task<int> RunAsync(params string[] arguments)
    {
        Output = new SignallingWriter();
        Error = new SignallingWriter();
        return HostCommandLine.RunAsync(arguments, Environment, _interrupted.Token);
    }

    public void Dispose()
    {
        _interrupted.Dispose();
        _folder.Delete(recursive: true);
        Output.Dispose();
        Error.Dispose();
    }
}
