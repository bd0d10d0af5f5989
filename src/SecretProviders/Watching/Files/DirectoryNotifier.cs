namespace SecretProviders.Watching;

/// <summary>
/// Tells listeners which directory entries change. Holds one watch at the operating system per directory, however
/// many listeners and names it serves. Safe for use by any number of threads.
/// </summary>
internal abstract class DirectoryNotifier
{
    private readonly Dictionary<long, DirectoryListeners> _watched = [];
    private readonly Lock _gate = new();

    /// <summary>
    /// Gets the notifier of this process. On Linux that is one inotify instance and one thread for everything:
    /// FileSystemWatcher takes one of each per directory, of the 128 that a user has by default.
    /// </summary>
    public static DirectoryNotifier Shared { get; } = OperatingSystem.IsLinux() ? new DirectoryInotify() : new DirectorySystemWatchers();

    /// <summary>Gets the number of directories that are watched.</summary>
    public int Directories
    {
        get
        {
            lock (_gate)
            {
                return _watched.Count;
            }
        }
    }

    /// <summary>Gets the number of listeners.</summary>
    public int Listeners
    {
        get
        {
            lock (_gate)
            {
                return AllLocked().Length;
            }
        }
    }

    /// <summary>
    /// Makes a listener hear of exactly the wanted entries; entries of directories that do not exist are left out.
    /// When it returns, every later change of the others is announced.
    /// </summary>
    /// <param name="listener">Who is told.</param>
    /// <param name="current">What it listens to until now.</param>
    /// <param name="wanted">The entries, outer directories before inner ones.</param>
    /// <param name="failure">The worst reason for which an existing directory cannot be watched.</param>
    /// <returns>What it listens to from now on.</returns>
    public HashSet<DirectoryEntryId> Listen(
        IDirectoryListener listener, HashSet<DirectoryEntryId> current, IEnumerable<DirectoryDependency> wanted, out DirectoryWatchFailure failure)
    {
        var next = new HashSet<DirectoryEntryId>();
        var ids = new Dictionary<(string Directory, bool Content), long?>();
        failure = DirectoryWatchFailure.None;
        lock (_gate)
        {
            foreach (var dependency in wanted)
            {
                if (!ids.TryGetValue((dependency.Directory, dependency.Content), out var id))
                {
                    var problem = AddLocked(dependency.Directory, dependency.Content, out id);
                    ids[(dependency.Directory, dependency.Content)] = id;
                    failure = problem > failure ? problem : failure;
                }

                if (id is { } directory && next.Add(new DirectoryEntryId(directory, dependency.Name)))
                {
                    RegisterLocked(directory, dependency, listener);
                }
            }

            foreach (var entry in current)
            {
                if (!next.Contains(entry))
                {
                    ForgetLocked(entry, listener);
                }
            }
        }

        return next;
    }

    /// <summary>Watches a directory, or finds the watch that it has.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="content">Whether writes into its entries are wanted too.</param>
    /// <param name="id">The watch, or null when there is none.</param>
    protected abstract DirectoryWatchFailure AddLocked(string directory, bool content, out long? id);

    /// <summary>Ends the watch of a directory, if it has not ended by itself.</summary>
    protected abstract void RemoveLocked(long id);

    /// <summary>Is told that no directory is watched any more.</summary>
    protected virtual void EmptiedLocked()
    {
    }

    /// <summary>Tells whom it concerns. Called without the lock.</summary>
    protected void Announce(long id, string name, DirectoryChange change)
    {
        IDirectoryListener[] listeners;
        lock (_gate)
        {
            if (!_watched.TryGetValue(id, out var watched))
            {
                return;
            }

            listeners = watched.ListenersOf(name);
            if (listeners.Length == 0)
            {
                return;
            }

            // A new link is complete from its first moment, unlike a new file.
            if (change == DirectoryChange.Created && FilePathWalk.ReadLink(Path.Join(watched.Directory, name)) is not null)
            {
                change = DirectoryChange.Replaced;
            }
        }

        Tell(listeners, change);
    }

    /// <summary>The operating system ended the watch of a directory by itself: it was deleted or unmounted.</summary>
    protected void AnnounceEnd(long id)
    {
        IDirectoryListener[] listeners = [];
        lock (_gate)
        {
            if (_watched.Remove(id, out var watched))
            {
                listeners = watched.All();
                RemoveLocked(id);
                if (_watched.Count == 0)
                {
                    EmptiedLocked();
                }
            }
        }

        Tell(listeners, DirectoryChange.Gone);
    }

    /// <summary>Events were lost: everybody has to look.</summary>
    protected void AnnounceLoss()
    {
        IDirectoryListener[] listeners;
        lock (_gate)
        {
            listeners = AllLocked();
        }

        Tell(listeners, DirectoryChange.Lost);
    }

    private static void Tell(IDirectoryListener[] listeners, DirectoryChange change)
    {
        foreach (var listener in listeners)
        {
            listener.Touched(change);
        }
    }

    private IDirectoryListener[] AllLocked() => [.. _watched.Values.SelectMany(static watched => watched.All()).Distinct()];

    private void RegisterLocked(long id, DirectoryDependency dependency, IDirectoryListener listener)
    {
        if (!_watched.TryGetValue(id, out var watched))
        {
            _watched[id] = watched = new DirectoryListeners(dependency.Directory);
        }

        watched.Add(dependency.Name, listener);
    }

    private void ForgetLocked(DirectoryEntryId entry, IDirectoryListener listener)
    {
        if (_watched.TryGetValue(entry.Directory, out var watched) && watched.Remove(entry.Name, listener))
        {
            _watched.Remove(entry.Directory);
            RemoveLocked(entry.Directory);
            if (_watched.Count == 0)
            {
                EmptiedLocked();
            }
        }
    }
}
