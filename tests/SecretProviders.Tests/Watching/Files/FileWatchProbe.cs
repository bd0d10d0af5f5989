using SecretProviders.Testing;
using SecretProviders.Tests.FileSystem;
using SecretProviders.Watching;

namespace SecretProviders.Tests.Watching;

/// <summary>A folder, a watcher on it, and a reader that notes why it is called and what it read.</summary>
internal sealed class FileWatchProbe : IDisposable
{
    private readonly SignalRecorder<(FileSignal Signal, string? Text)> _reads = new();

    public FileWatchProbe(DirectoryNotifier notifier, TimeProvider? time = null, TimeSpan? poll = null)
    {
        Notifier = notifier;
        Watcher = new FileWatcher(time ?? TimeProvider.System, Log.CreateLogger("watcher"), poll ?? TimeSpan.FromDays(1), notifier);
    }

    public TestFolder Folder { get; } = new();

    public LogCollector Log { get; } = new();

    public DirectoryNotifier Notifier { get; }

    public FileWatcher Watcher { get; }

    /// <summary>Gets or sets what the reader answers: whether what it read makes sense.</summary>
    public Func<string?, bool> IsSound { get; set; } = static _ => true;

    public FileWatch Watch(string path) => Watcher.Watch([Folder[path]], signal =>
    {
        var text = Read(Folder[path]);
        _reads.Add((signal, text));
        return IsSound(text);
    });

    public Task<(FileSignal Signal, string? Text)> WaitForAsync(string? text) => _reads.WaitForAsync(read => read.Text == text);

    public Task<(FileSignal Signal, string? Text)> WaitForAsync(FileSignal signal) => _reads.WaitForAsync(read => read.Signal == signal);

    public Task<(FileSignal Signal, string? Text)> WaitForAsync(FileSignal signal, string? text) => _reads.WaitForAsync(read => read == (signal, text));

    public void Dispose()
    {
        Watcher.Dispose();
        Folder.Dispose();
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
