namespace SecretProviders.Watching;

/// <summary>One <see cref="FileSystemWatcher"/> per directory, where inotify is not at hand (Windows, macOS).</summary>
internal sealed class DirectorySystemWatchers : DirectoryNotifier
{
    private readonly Dictionary<string, long> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<long, FileSystemWatcher> _watchers = [];
    private long _lastId;

    protected override DirectoryWatchFailure AddLocked(string directory, bool content, out long? id)
    {
        id = null;
        if (!Directory.Exists(directory))
        {
            return DirectoryWatchFailure.None;
        }

        if (_ids.TryGetValue(directory, out var existing))
        {
            id = existing;
            return DirectoryWatchFailure.None;
        }

        var watcher = Create(directory, ++_lastId);
        try
        {
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            watcher.Dispose();
            return exception switch
            {
                UnauthorizedAccessException => DirectoryWatchFailure.Denied,
                IOException => DirectoryWatchFailure.LimitReached,
                _ => DirectoryWatchFailure.None,
            };
        }

        id = _ids[directory] = _lastId;
        _watchers[_lastId] = watcher;
        return DirectoryWatchFailure.None;
    }

    protected override void RemoveLocked(long id)
    {
        if (_watchers.Remove(id, out var watcher))
        {
            _ids.Remove(watcher.Path);
            watcher.Dispose();
        }
    }

    private FileSystemWatcher Create(string directory, long id)
    {
        var watcher = new FileSystemWatcher(directory)
        {
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.Security,
        };
        watcher.Changed += (_, change) => Announce(id, change.Name ?? string.Empty, DirectoryChange.Written);
        watcher.Created += (_, change) => Announce(id, change.Name ?? string.Empty, DirectoryChange.Created);
        watcher.Deleted += (_, change) => Announce(id, change.Name ?? string.Empty, DirectoryChange.Gone);
        watcher.Renamed += (_, change) =>
        {
            Announce(id, change.OldName ?? string.Empty, DirectoryChange.Gone);
            Announce(id, change.Name ?? string.Empty, DirectoryChange.Replaced);
        };
        // After an error a watcher may be dead (its directory was deleted); a listener that looks again gets a new one.
        watcher.Error += (_, _) => AnnounceEnd(id);
        return watcher;
    }
}
