using Microsoft.Extensions.Logging;
using SecretProviders.Watching;

namespace SecretProviders.FileSystem;

/// <summary>Watches the files of one reference and publishes what they say, as long as it makes sense or lasts.</summary>
/// <param name="files">The files.</param>
/// <param name="publish">Takes each state.</param>
/// <param name="reference">The reference, for the log.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The source's logger.</param>
internal sealed partial class FileSystemSecretWatch(
    FileSystemSecretFiles files, Action<SecretState> publish, SecretReference reference, TimeProvider time, ILogger logger) : IDisposable
{
    // Who exchanges files one by one takes less time than this from one to the next.
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private FileWatch? _watch;
    private FileSystemSet? _settled;
    private bool _found;
    private bool _restless;
    private bool _ended;

    /// <summary>Begins to watch and read, on other threads.</summary>
    public void Start(FileWatcher watcher) => _watch = watcher.Watch(files.Paths, Read);

    /// <summary>Reads now; completes when what was read is published.</summary>
    public Task RefreshAsync() => _watch?.RefreshAsync() ?? Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
        }

        _watch?.Dispose();
    }

    /// <summary>
    /// Says whether a state waits until the files are at rest. Files that are exchanged one by one do not match, or
    /// are missing, for a moment; that moment is nobody's business.
    /// </summary>
    /// <param name="state">What was read.</param>
    /// <param name="foundBefore">Whether there is something to lose.</param>
    /// <param name="sinceChange">The age of the youngest file.</param>
    internal static bool Holds(SecretState state, bool foundBefore, TimeSpan sinceChange) => state switch
    {
        SecretState.Found => false,
        SecretState.Invalid when !foundBefore => sinceChange.Duration() < Fresh,
        _ => foundBefore,
    };

    // Calls never overlap. False asks for a call when the files are at rest.
    private bool Read(FileSignal signal)
    {
        if (signal == FileSignal.Poll && files.Look().Equals(_settled))
        {
            return true;
        }

        var (state, set) = files.Read();
        if (state is null)
        {
            NoteRestless(signal);
            return false;
        }

        if (signal != FileSignal.AtRest && Holds(state, _found, time.GetUtcNow() - set.LastChange))
        {
            return false;
        }

        _restless = false;
        _found |= state is SecretState.Found;
        // What the set does not show (a full table of open files, a denied mount) is asked again at every poll.
        _settled = state is SecretState.Found or SecretState.NotFound or SecretState.Invalid ? set : null;
        lock (_gate)
        {
            // After the end the reference may already be watched anew, and this state would be the older one.
            if (!_ended)
            {
                publish(state);
                LogRead(logger, reference, set.Place, set.Generation, state);
            }
        }

        return true;
    }

    private void NoteRestless(FileSignal signal)
    {
        if (signal == FileSignal.AtRest && !_restless)
        {
            _restless = true;
            LogKeepsChanging(logger, reference);
        }
    }
}
