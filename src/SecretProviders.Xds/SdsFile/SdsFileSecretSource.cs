using Microsoft.Extensions.Logging;
using SecretProviders.Watching;
using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Outside;

namespace SecretProviders.SdsFile;

/// <summary>
/// Serves the secrets of one of Envoy's SDS resource files. One watch looks at the file, and one at what each watched
/// secret refers to; each reads for itself, so a slow file delays nothing but its own secret.
/// </summary>
internal sealed partial class SdsFileSecretSource : SecretStateHub
{
    private readonly Dictionary<SecretReference, OutsideWatch> _watches = [];

    // Never held while a file is read: watchers take it as they come and go.
    private readonly Lock _gate = new();
    private readonly FileWatcher _watcher;
    private readonly SdsFileReader _reader;
    private readonly string _path;
    private FileWatch? _watch;
    private int _turn;
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
    public override async ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default)
    {
        await DocumentAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(AskedFor(reference).Select(static watch => watch.RefreshAsync())).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void OnFirstWatcher(SecretReference reference)
    {
        if (ResourceName.Fault(reference) is { } fault)
        {
            Publish(reference, new SecretState.Invalid(new SecretProblem(SecretProblemCode.BadName, fault)));
            return;
        }

        var watch = new OutsideWatch(_watcher, state => Publish(reference, state), TimeProvider);
        lock (_gate)
        {
            _watches[reference] = watch;
            if (_watch is null)
            {
                var turn = ++_turn;
                _watch = _watcher.Watch([_path], _ => ReadFile(turn));
            }
            else if (_last is not null)
            {
                UpdateLocked(reference.Key, watch);
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnLastWatcher(SecretReference reference)
    {
        OutsideWatch? watch;
        FileWatch? unwanted = null;
        lock (_gate)
        {
            if (_watches.Remove(reference, out watch) && _watches.Count == 0)
            {
                unwanted = _watch;
                (_watch, _last) = (null, null);
                _turn++;
            }
        }

        watch?.Dispose();
        unwanted?.Dispose();
    }

    /// <inheritdoc/>
    protected override ValueTask DisposeCoreAsync()
    {
        _watcher.Dispose();
        return base.DisposeCoreAsync();
    }

    private Task DocumentAsync()
    {
        lock (_gate)
        {
            return _watch?.RefreshAsync() ?? Task.CompletedTask;
        }
    }

    private OutsideWatch[] AskedFor(SecretReference? reference)
    {
        lock (_gate)
        {
            return reference is null ? [.. _watches.Values] : _watches.TryGetValue(reference, out var one) ? [one] : [];
        }
    }

    // Reads of one turn never overlap; what a turn that has ended still reads is nobody's business.
    private bool ReadFile(int turn)
    {
        var (file, failure) = _reader.ReadFile();
        lock (_gate)
        {
            if (turn != _turn)
            {
                return true;
            }

            _last = (file, failure);
            foreach (var (reference, watch) in _watches)
            {
                UpdateLocked(reference.Key, watch);
            }
        }

        FileRead(Logger, Name, _path, file?.Count ?? 0);
        return true;
    }

    private void UpdateLocked(string name, OutsideWatch watch)
    {
        var (file, failure) = _last!.Value;
        if (file is null)
        {
            watch.Update(paths: null, () => failure!);
        }
        else
        {
            watch.Update(_reader.PathsOf(file, name), () => _reader.Read(file, name));
        }
    }
}
