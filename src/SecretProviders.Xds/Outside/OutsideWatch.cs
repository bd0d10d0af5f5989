using System.Collections.Immutable;
using SecretProviders.Watching;

namespace SecretProviders.Xds.Outside;

/// <summary>
/// Watches the files that one secret refers to, and publishes what it is. All is read on the threads of the file
/// watcher, so a file system that does not answer holds up this secret and nobody else. What would take a found secret
/// away waits a moment: files that are exchanged one by one do not fit for a while, and that is nobody's business.
/// </summary>
/// <param name="watcher">Watches files.</param>
/// <param name="publish">Takes each state; must not block.</param>
/// <param name="timeProvider">The clock of the moment.</param>
/// <param name="isFound">Whether the secret is found already, so that there is something to lose.</param>
internal sealed class OutsideWatch(FileWatcher watcher, Action<SecretState> publish, TimeProvider timeProvider, bool isFound = false) : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);
    private const int MaxLooks = 3;

    private readonly Lock _gate = new();
    private Func<SecretState>? _read;
    private ImmutableArray<string> _paths = [];
    private FileWatch? _watch;
    private ITimer? _timer;
    private bool _isWaiting;
    private bool _isFound = isFound;
    private bool _countsNow;
    private bool _isEnded;

    /// <summary>Takes what the secret is from now on, and has it read soon. Never waits for a file.</summary>
    /// <param name="paths">The files and folders that matter to it; null for those that did until now.</param>
    /// <param name="read">Reads it; called on other threads, as often as a file changes.</param>
    public void Update(ImmutableArray<string>? paths, Func<SecretState> read)
    {
        FileWatch? old;
        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            _read = read;
            if (_watch is not null && (paths is null || paths.Value.SequenceEqual(_paths, StringComparer.Ordinal)))
            {
                _watch.Request(FileSignal.Swapped);
                return;
            }

            old = _watch;
            var watched = _paths = paths ?? [];
            _watch = watcher.Watch(watched, _ => Read(watched));
        }

        old?.Dispose();
    }

    /// <summary>Reads now; completes when what was read is published, whatever it is.</summary>
    public Task RefreshAsync()
    {
        lock (_gate)
        {
            _countsNow = true;
            return _watch?.RefreshAsync() ?? Task.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnded = true;
            _timer?.Dispose();
        }

        _watch?.Dispose();
    }

    private static SecretState ReadAtRest(ImmutableArray<string> paths, Func<SecretState> read)
    {
        for (var look = 1; ; look++)
        {
            var before = Look(paths);
            var state = read();
            if (look == MaxLooks || before.SequenceEqual(Look(paths)))
            {
                return state;
            }
        }
    }

    private static ImmutableArray<(string? RealPath, FileEntry Entry)> Look(ImmutableArray<string> paths) => [.. paths.Select(Look)];

    // A folder changes with every neighbour of the files that matter.
    private static (string? RealPath, FileEntry Entry) Look(string path) => RegularFile.Look(path) is var (real, entry) && entry.Kind == FileEntryKind.Folder
        ? (real, new FileEntry(FileEntryKind.Folder) { Identity = entry.Identity })
        : (real, entry);

    private bool Read(ImmutableArray<string> paths)
    {
        Func<SecretState> read;
        lock (_gate)
        {
            if (_isEnded || paths != _paths)
            {
                return true;
            }

            read = _read!;
        }

        var state = ReadAtRest(paths, read);
        lock (_gate)
        {
            // What was read of something older must not follow what is newer, which is being read or will be.
            if (!_isEnded && ReferenceEquals(read, _read))
            {
                PublishLocked(state);
            }
        }

        return true;
    }

    private void PublishLocked(SecretState state)
    {
        if (state is not SecretState.Found && _isFound && !_countsNow)
        {
            WaitLocked();
            return;
        }

        _isFound = state is SecretState.Found;
        (_isWaiting, _countsNow) = (false, false);

        // Inside the lock, so that an older state never follows a newer one; nobody's code runs in it.
        publish(state);
    }

    private void WaitLocked()
    {
        if (_isWaiting)
        {
            return;
        }

        _isWaiting = true;
        _timer ??= timeProvider.CreateTimer(static watch => ((OutsideWatch)watch!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Moment, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_isWaiting && !_isEnded)
            {
                _countsNow = true;
                _watch!.Request(FileSignal.AtRest);
            }
        }
    }
}
