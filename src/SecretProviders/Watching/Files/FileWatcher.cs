using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

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
    // A hung network file system must not take the whole thread pool with it.
    private static readonly int MaxWorkers = Math.Clamp(Environment.ProcessorCount, 2, 8);

    private readonly ILogger _logger;
    private readonly ITimer _pollTimer;
    private readonly ConcurrentDictionary<FileWatch, FileWatch> _watches = new();
    private readonly ConcurrentQueue<FileWatch> _due = new();
    private readonly ConcurrentDictionary<DirectoryWatchFailure, bool> _reported = new();
    private int _workers;
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
        _logger = logger;
        PollInterval = poll;
        _pollTimer = timeProvider.CreateTimer(static watcher => ((FileWatcher)watcher!).Poll(), this, poll, poll);
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
        foreach (var watch in _watches.Keys)
        {
            watch.Dispose();
        }
    }

    internal void Enqueue(FileWatch watch)
    {
        _due.Enqueue(watch);
        if (TryHire())
        {
            ThreadPool.UnsafeQueueUserWorkItem(static watcher => watcher.Work(), this, preferLocal: false);
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
            }

            Interlocked.Decrement(ref _workers);
        }
        while (!_due.IsEmpty && TryHire());
    }

    private bool TryHire()
    {
        if (Interlocked.Increment(ref _workers) <= MaxWorkers)
        {
            return true;
        }

        Interlocked.Decrement(ref _workers);
        return false;
    }

    private void Poll()
    {
        foreach (var watch in _watches.Keys)
        {
            watch.Request(FileSignal.Poll);
        }
    }
}
