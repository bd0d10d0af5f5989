using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SecretProviders.Watching;

namespace SecretProviders.FileSystem;

/// <summary>Serves the secrets in a folder. Each watched reference has one file watch, which says when to read.</summary>
internal sealed class FileSystemSecretSource : SecretStateHub
{
    private readonly FileSystemTree _tree;
    private readonly FileWatcher _watcher;
    private readonly int _maxBytes;
    private readonly ConcurrentDictionary<SecretReference, FileSystemSecretWatch> _watches = new();

    public FileSystemSecretSource(string name, FileSystemSecretSourceOptions options, TimeProvider timeProvider, ILogger logger)
        : this(name, options, timeProvider, logger, DirectoryNotifier.Shared)
    {
    }

    internal FileSystemSecretSource(
        string name, FileSystemSecretSourceOptions options, TimeProvider timeProvider, ILogger logger, DirectoryNotifier notifier)
        : base(name, options.Timeout, timeProvider, logger)
    {
        _tree = new FileSystemTree(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Path)));
        _watcher = new FileWatcher(timeProvider, logger, options.Poll, notifier);
        _maxBytes = options.MaxBytes;
    }

    /// <inheritdoc/>
    public override async ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default)
    {
        var asked = reference is null ? _watches.Values : _watches.TryGetValue(reference, out var one) ? [one] : [];
        await Task.WhenAll(asked.Select(static watch => watch.RefreshAsync())).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void OnFirstWatcher(SecretReference reference)
    {
        if (!FileSystemKey.TryParse(reference, out var key, out var problem))
        {
            Publish(reference, new SecretState.Invalid(problem));
            return;
        }

        var watch = new FileSystemSecretWatch(
            new FileSystemSecretFiles(_tree, key, reference, _maxBytes, Name), state => Publish(reference, state), reference, TimeProvider, Logger);
        _watches[reference] = watch;
        watch.Start(_watcher);
    }

    /// <inheritdoc/>
    protected override void OnLastWatcher(SecretReference reference)
    {
        if (_watches.TryRemove(reference, out var watch))
        {
            watch.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override ValueTask DisposeCoreAsync()
    {
        _watcher.Dispose();
        return base.DisposeCoreAsync();
    }
}
