using SecretProviders.Watching;

namespace SecretProviders.SdsFile;

/// <summary>
/// Watches what one secret of a resource file refers to, and publishes what it is. What would take a found secret away
/// waits a moment: files that are exchanged one by one do not fit for a while, and that is nobody's business.
/// </summary>
/// <param name="name">The secret's name.</param>
/// <param name="reader">Reads it.</param>
/// <param name="watcher">Watches files.</param>
/// <param name="publish">Takes each state.</param>
/// <param name="timeProvider">The clock of the moment.</param>
internal sealed class SdsFileSecretWatch(
    string name, SdsFileReader reader, FileWatcher watcher, Action<SecretState> publish, TimeProvider timeProvider) : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private ResourceFile? _file;
    private SecretState? _failure;
    private IReadOnlyCollection<string> _paths = [];
    private IDisposable? _watch;
    private ITimer? _timer;
    private bool _isWaiting;
    private bool _isFound;
    private bool _isEnded;

    /// <summary>The resource file was read.</summary>
    /// <param name="file">What it holds, or null.</param>
    /// <param name="failure">What is to be said when it holds nothing.</param>
    /// <param name="now">Whether what is read counts at once, whatever it is.</param>
    public void Update(ResourceFile? file, SecretState? failure, bool now = false)
    {
        IDisposable? old;
        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            (_file, _failure) = (file, failure);
            old = WatchLocked(file is null ? _paths : reader.PathsOf(file, name));

            // Established first, so no change falls between this read and the first call of a new watch.
            ReadLocked(now);
        }

        old?.Dispose();
    }

    public void Dispose()
    {
        IDisposable? watch;
        ITimer? timer;
        lock (_gate)
        {
            _isEnded = true;
            (watch, timer) = (_watch, _timer);
        }

        watch?.Dispose();
        timer?.Dispose();
    }

    private IDisposable? WatchLocked(IReadOnlyCollection<string> paths)
    {
        if (paths.SequenceEqual(_paths))
        {
            return null;
        }

        var old = _watch;
        _paths = paths;
        _watch = paths.Count == 0 ? null : watcher.Watch(paths, () => Read(now: false));
        return old;
    }

    private void Read(bool now)
    {
        lock (_gate)
        {
            if (!_isEnded)
            {
                ReadLocked(now);
            }
        }
    }

    private void ReadLocked(bool now)
    {
        var state = _file is { } file ? reader.Read(file, name) : _failure!;
        if (state is not SecretState.Found && _isFound && !now)
        {
            WaitLocked();
            return;
        }

        _isFound = state is SecretState.Found;
        _isWaiting = false;

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
        _timer ??= timeProvider.CreateTimer(static watch => ((SdsFileSecretWatch)watch!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Moment, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_isWaiting && !_isEnded)
            {
                ReadLocked(now: true);
            }
        }
    }
}
