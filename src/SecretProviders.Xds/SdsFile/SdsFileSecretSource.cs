using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SecretProviders.Watching;
using SecretProviders.Xds.Mapping;

namespace SecretProviders.SdsFile;

/// <summary>Serves the secrets of one of Envoy's SDS resource files. One watch looks at the file, and one at what each watched secret refers to.</summary>
internal sealed partial class SdsFileSecretSource : SecretStateHub
{
    private readonly ConcurrentDictionary<SecretReference, SdsFileSecretWatch> _watches = new();
    private readonly Lock _gate = new();
    private readonly FileWatcher _watcher;
    private readonly SdsFileReader _reader;
    private readonly string _path;
    private IDisposable? _watch;
    private (ResourceFile? File, SecretState? Failure)? _last;

    /// <summary>Makes a source.</summary>
    /// <param name="name">Its configured name.</param>
    /// <param name="options">Its options, judged already.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Its logger.</param>
    public SdsFileSecretSource(string name, SdsFileSecretSourceOptions options, TimeProvider timeProvider, ILogger logger)
        : base(name, options.Timeout, timeProvider, logger)
    {
        _path = Path.GetFullPath(options.Path);
        _watcher = new FileWatcher(timeProvider, logger, options.Poll);
        _reader = new SdsFileReader(name, _path, new OutsideData(options.AllowEnvironment, options.MaxBytes), options.MaxBytes);
    }

    /// <inheritdoc/>
    public override async ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default) =>
        await Task.Run(() => ReadFile(now: true), CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    protected override void OnFirstWatcher(SecretReference reference)
    {
        if (ResourceName.Fault(reference) is { } fault)
        {
            Publish(reference, new SecretState.Invalid(new SecretProblem(SecretProblemCode.BadName, fault)));
            return;
        }

        var watch = new SdsFileSecretWatch(reference.Key, _reader, _watcher, state => Publish(reference, state), TimeProvider);
        lock (_gate)
        {
            _watches[reference] = watch;
            _watch ??= _watcher.Watch([_path], () => ReadFile(now: false));
        }

        // Its files may be slow to read, and the caller waits.
        ThreadPool.UnsafeQueueUserWorkItem(static state => state.Source.ReadFirst(state.Watch), (Source: this, Watch: watch), preferLocal: false);
    }

    /// <inheritdoc/>
    protected override void OnLastWatcher(SecretReference reference)
    {
        if (!_watches.TryRemove(reference, out var watch))
        {
            return;
        }

        watch.Dispose();
        lock (_gate)
        {
            if (_watches.IsEmpty)
            {
                _watch?.Dispose();
                (_watch, _last) = (null, null);
            }
        }
    }

    /// <inheritdoc/>
    protected override ValueTask DisposeCoreAsync()
    {
        _watcher.Dispose();
        return base.DisposeCoreAsync();
    }

    // The file was read for others already, or its first read is on its way and tells everybody.
    private void ReadFirst(SdsFileSecretWatch watch)
    {
        lock (_gate)
        {
            if (_last is { } last)
            {
                watch.Update(last.File, last.Failure);
            }
        }
    }

    private void ReadFile(bool now)
    {
        lock (_gate)
        {
            if (_watch is null)
            {
                return;
            }

            var (file, failure) = _reader.ReadFile();
            _last = (file, failure);
            FileRead(Logger, Name, _path, file?.Count ?? 0);
            foreach (var watch in _watches.Values)
            {
                watch.Update(file, failure, now);
            }
        }
    }
}
