namespace SecretProviders.Watching;

/// <summary>
/// One watched set of files. Every run first watches the directories of every link on the way, then has the files
/// read, so a change is either read or announced. Runs of one watch never overlap.
/// </summary>
internal sealed class FileWatch : IDirectoryListener, IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestUnrest = TimeSpan.FromMilliseconds(500);
    private const int MaxArmings = 5;

    private readonly FileWatcher _owner;
    private readonly FileWatchPaths _paths;
    private readonly Func<FileSignal, bool> _read;
    private readonly Lock _gate = new();

    // Touched by one run at a time, and by Dispose only when none is on its way.
    private HashSet<DirectoryEntryId> _entries = [];

    private FileSignal? _wanted;
    private bool _scheduled;
    private bool _lookAgain;
    private bool _disposed;
    private List<TaskCompletionSource>? _waiting;

    private ITimer? _restTimer;
    private bool _moving;
    private long _firstTouch;
    private long _lastTouch;

    public FileWatch(FileWatcher owner, IEnumerable<string> paths, Func<FileSignal, bool> read)
    {
        _owner = owner;
        _paths = new FileWatchPaths(paths);
        _read = read;
    }

    /// <summary>Has the files read soon.</summary>
    public void Request(FileSignal signal)
    {
        lock (_gate)
        {
            WantLocked(signal);
        }
    }

    /// <summary>Has the files read now; completes when they have been.</summary>
    public Task RefreshAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_disposed)
            {
                return Task.CompletedTask;
            }

            (_waiting ??= []).Add(done);
            WantLocked(FileSignal.AtRest);
        }

        return done.Task;
    }

    /// <inheritdoc/>
    public void Touched(DirectoryChange change)
    {
        if (change == DirectoryChange.Lost)
        {
            _owner.ReportLoss();
        }

        lock (_gate)
        {
            _lastTouch = _owner.Time.GetTimestamp();
            if (change is DirectoryChange.Replaced or DirectoryChange.Lost)
            {
                WantLocked(FileSignal.Swapped);
                return;
            }

            AwaitRestLocked();
            if (change != DirectoryChange.Written)
            {
                // What is put into a new directory must be seen from the start.
                _lookAgain = true;
                ScheduleLocked();
            }
        }
    }

    /// <summary>Runs once: watches, then reads. Called by the owner's workers.</summary>
    public void Run()
    {
        FileSignal? signal;
        List<TaskCompletionSource>? waiting;
        lock (_gate)
        {
            (waiting, _waiting) = (_waiting, null);

            // Who asked waits for an answer, also when a change was announced since.
            (signal, _wanted) = (waiting is null ? _wanted : FileSignal.AtRest, null);
            _lookAgain = false;
        }

        try
        {
            Arm();
            if (signal is { } reason && !_read(reason))
            {
                lock (_gate)
                {
                    _lastTouch = _owner.Time.GetTimestamp();
                    AwaitRestLocked();
                }
            }
        }
        catch (Exception exception)
        {
            _owner.ReportDefect(exception);
        }
        finally
        {
            EndRun();
            waiting?.ForEach(static done => done.TrySetResult());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        bool idle;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            idle = !_scheduled;
            _restTimer?.Dispose();
        }

        _owner.Forget(this);
        if (idle)
        {
            Disarm();
        }
    }

    private void EndRun()
    {
        bool disposed;
        lock (_gate)
        {
            disposed = _disposed;
            _scheduled = false;
            if (!disposed && (_wanted is not null || _lookAgain))
            {
                ScheduleLocked();
            }
        }

        if (disposed)
        {
            Disarm();
            Interlocked.Exchange(ref _waiting, null)?.ForEach(static done => done.TrySetResult());
        }
    }

    private void Arm()
    {
        var wanted = _paths.Walk();
        for (var arming = 0; arming < MaxArmings; arming++)
        {
            var before = _entries;
            _entries = _owner.Notifier.Listen(this, before, wanted, out var failure);
            _owner.Report(failure);
            if (before.SetEquals(_entries))
            {
                return;
            }

            // A link that moved after it was followed and before its directory was watched was not announced.
            var again = _paths.Walk();
            if (again.SequenceEqual(wanted))
            {
                return;
            }

            wanted = again;
        }

        Request(FileSignal.Swapped);
    }

    private void Disarm() => _entries = _owner.Notifier.Listen(this, _entries, [], out _);

    private void WantLocked(FileSignal signal)
    {
        if (signal != FileSignal.Poll || _wanted is null)
        {
            _wanted = signal;
        }

        ScheduleLocked();
    }

    private void ScheduleLocked()
    {
        if (!_scheduled && !_disposed)
        {
            _scheduled = true;
            _owner.Enqueue(this);
        }
    }

    private void AwaitRestLocked()
    {
        if (_moving || _disposed)
        {
            return;
        }

        _moving = true;
        _firstTouch = _lastTouch;
        _restTimer ??= _owner.Time.CreateTimer(static watch => ((FileWatch)watch!).OnRestTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _restTimer.Change(Quiet, Timeout.InfiniteTimeSpan);
    }

    private void OnRestTimer()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            var wait = UntilRest(_owner.Time.GetElapsedTime(_firstTouch), _owner.Time.GetElapsedTime(_lastTouch));
            if (wait > TimeSpan.Zero)
            {
                _restTimer!.Change(wait, Timeout.InfiniteTimeSpan);
                return;
            }

            _moving = false;
            WantLocked(FileSignal.AtRest);
        }
    }

    // A touch only notes the time, so a writer in full swing costs no timer operation per write.
    internal static TimeSpan UntilRest(TimeSpan sinceFirstTouch, TimeSpan sinceLastTouch)
    {
        var quiet = Quiet - sinceLastTouch;
        var patience = LongestUnrest - sinceFirstTouch;
        return quiet < patience ? quiet : patience;
    }
}
