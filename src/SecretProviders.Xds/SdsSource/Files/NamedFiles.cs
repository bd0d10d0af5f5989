using SecretProviders.Watching;
using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Outside;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Sds;

/// <summary>Reads the files of this machine that one message names, and follows them.</summary>
internal sealed class NamedFiles : INamedFiles
{
    private readonly OutsideWatch? _watch;
    private volatile SecretState? _state;

    /// <summary>Begins to watch and to read, on other threads.</summary>
    /// <param name="message">The message.</param>
    /// <param name="place">Where it came from, for messages to people.</param>
    /// <param name="isFound">Whether there is something to lose, which files that are being exchanged must not take away.</param>
    /// <param name="watcher">Watches files.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="changed">Is told of each new state; must not block.</param>
    public NamedFiles(Tls.Secret message, string place, bool isFound, FileWatcher watcher, TimeProvider timeProvider, Action changed)
    {
        var paths = MessageFiles.PathsOf(message);
        if (Fault(paths) is { } fault)
        {
            _state = new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, $"{place}: {fault}"));
            return;
        }

        var data = new DataReader(static path => OutsideFile.Read(path, MaxBytes));
        _watch = new OutsideWatch(watcher, Publish, timeProvider, isFound);
        _watch.Update([.. paths], () => SecretReader.Read(message, place, data));

        void Publish(SecretState state)
        {
            _state = state;
            changed();
        }
    }

    /// <summary>Gets the size of the largest file.</summary>
    public static int MaxBytes { get; } = 4 * 1024 * 1024;

    public SecretState? State => _state;

    public void Dispose() => _watch?.Dispose();

    // A relative path would start where the server runs, and that is nowhere here.
    private static string? Fault(IEnumerable<string> paths) => paths.FirstOrDefault(static path => path.Contains('\0') || !Path.IsPathFullyQualified(path)) is { } path
        ? $"it names the path '{ResourceName.Shorten(path.Replace('\0', ' '))}', which is not absolute or no path: send the absolute path of a file of this machine."
        : null;
}
