using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SecretProviders.Diagnostics;

namespace SecretProviders.Watching;

/// <summary>
/// Watches sets of files so that every rotation met in practice is seen: the swap of Kubernetes' <c>..data</c> link or
/// of any other link on the path, a rename over a file, writing in place, removal, and folders that come later.
/// A link swap or rename is announced at once; writing in place after 50 ms of quiet, and after 500 ms at most.
/// Where the operating system announces nothing (network file systems, exhausted limits) a slow poll remains.
/// Safe for use by any number of threads; disposal ends all watches.
/// </summary>
public sealed partial class FileWatcher : IDisposable
{
    // A hung network file system must not take the whole thread pool with it, nor keep everybody else waiting: a worker
    // that does not come back is replaced, so many times.
    private const int MaxReplaced = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly int MaxWorkers = Math.Clamp(Environment.ProcessorCount, 2, 8);

    private readonly ILogger _logger;
    private readonly ITimer _pollTimer;
    private readonly ITimer _turnTimer;
    private readonly ConcurrentDictionary<FileWatch, FileWatch> _watches = new();
    private readonly ConcurrentQueue<FileWatch> _due = new();
    private readonly ConcurrentDictionary<DirectoryWatchFailure, bool> _reported = new();
    private int _workers;
    private int _workerLimit = MaxWorkers;
    private bool _isAwaitingTurn;
    private volatile bool _workerCameBack;
    private int _lossReported;
    private volatile bool _disposed;

    /// <summary>Makes a watcher.</summary>
    /// <param name="timeProvider">The clock of the poll and of the quiet after writing in place.</param>
    /// <param name="logger">Is told, once each, why changes are not announced.</param>
    /// <param name="poll">The time between two looks at everything; null for <see cref="DefaultPoll"/>.</param>
    public FileWatcher(TimeProvider timeProvider, ILogger logger, TimeSpan? poll = null)
        : this(timeProvider, logger, poll ?? DefaultPoll, DirectoryNotifier.Shared)
    {
    }

    internal FileWatcher(TimeProvider timeProvider, ILogger logger, TimeSpan poll, DirectoryNotifier notifier)
    {
        Time = timeProvider;
        Notifier = notifier;
        _logger = GuardedLogger.Around(logger);
        PollInterval = poll;
        _pollTimer = timeProvider.CreateTimer(static watcher => ((FileWatcher)watcher!).Poll(), this, poll, poll);
        _turnTimer = timeProvider.CreateTimer(static watcher => ((FileWatcher)watcher!).OnTurnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets the poll interval of a watcher that is told none: one minute.</summary>
    public static TimeSpan DefaultPoll { get; } = TimeSpan.FromMinutes(1);

    internal TimeProvider Time { get; }

    internal DirectoryNotifier Notifier { get; }

    private TimeSpan PollInterval { get; }

    /// <summary>
    /// Watches files. The first call comes as soon as they are watched, so what is read in the calls is never older
    /// than the last change. Later calls come after every change, and at every poll whether anything changed or not.
    /// </summary>
    /// <param name="paths">
    /// Files, or folders whose entries matter; they need not exist. Relative paths start at the current directory.
    /// </param>
    /// <param name="changed">Reads the files. Called on a pool thread, never twice at a time.</param>
    /// <returns>What ends the watch when disposed.</returns>
    public IDisposable Watch(IEnumerable<string> paths, Action changed)
    {
        return Watch(paths, _ =>
        {
            changed();
            return true;
        });
    }

    /// <summary>Watches files, for readers that can tell a sound set from one that is still being written.</summary>
    /// <param name="paths">Files, or folders whose entries matter.</param>
    /// <param name="read">Reads them; returns false to be called again when they are at rest.</param>
    internal FileWatch Watch(IEnumerable<string> paths, Func<FileSignal, bool> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var watch = new FileWatch(this, paths, read);
        _watches[watch] = watch;
        watch.Request(FileSignal.Swapped);
        return watch;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _pollTimer.Dispose();
        _turnTimer.Dispose();
        foreach (var watch in _watches.Keys)
        {
            watch.Dispose();
        }
    }

    internal void Enqueue(FileWatch watch)
    {
        _due.Enqueue(watch);
        if (!Hire())
        {
            AwaitTurn();
        }
    }

    internal void Forget(FileWatch watch) => _watches.TryRemove(watch, out _);

    internal void Report(DirectoryWatchFailure failure)
    {
        if (failure != DirectoryWatchFailure.None && _reported.TryAdd(failure, true))
        {
            LogNotWatched(_logger, failure, PollInterval);
        }
    }

    internal void ReportLoss()
    {
        if (Interlocked.Exchange(ref _lossReported, 1) == 0)
        {
            LogEventsLost(_logger);
        }
    }

    internal void ReportDefect(Exception exception) => LogReaderFailed(_logger, exception);

    private void Work()
    {
        do
        {
            while (_due.TryDequeue(out var watch))
            {
                watch.Run();
                _workerCameBack = true;
            }

            if (Interlocked.Decrement(ref _workers) == 0)
            {
                Volatile.Write(ref _workerLimit, MaxWorkers);
            }
        }
        while (!_due.IsEmpty && TryHire());
    }

    private bool TryHire()
    {
        if (Interlocked.Increment(ref _workers) <= Volatile.Read(ref _workerLimit))
        {
            return true;
        }

        Interlocked.Decrement(ref _workers);
        return false;
    }

    private bool Hire()
    {
        if (!TryHire())
        {
            return false;
        }

        if (Volatile.Read(ref _workerLimit) == MaxWorkers)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static watcher => watcher.Work(), this, preferLocal: false);
        }
        else
        {
            // The pool gives new threads slowly once its own are held up.
            new Thread(Work) { IsBackground = true, Name = nameof(FileWatcher) }.UnsafeStart();
        }

        return true;
    }

    private void AwaitTurn()
    {
        if (!Interlocked.Exchange(ref _isAwaitingTurn, true))
        {
            _workerCameBack = false;
            _turnTimer.Change(Patience, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTurnTimer()
    {
        Volatile.Write(ref _isAwaitingTurn, false);
        if (_due.IsEmpty)
        {
            return;
        }

        if (!_workerCameBack && _workerLimit < MaxWorkers + MaxReplaced)
        {
            Interlocked.Increment(ref _workerLimit);
        }

        Hire();
        AwaitTurn();
    }

    private void Poll()
    {
        foreach (var watch in _watches.Keys)
        {
            watch.Request(FileSignal.Poll);
        }
    }
}
