using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using SecretProviders.Watching;

namespace SecretProviders.DevelopmentCa;

/// <summary>
/// Issues a certificate for any name that is watched, and a new one at every rotation. A certificate is not Minted:
/// nothing outside this process is created by it, so there is nothing to save or to revoke, and one that nobody
/// watches is forgotten.
/// </summary>
internal sealed partial class DevelopmentCaSecretSource : SecretStateHub
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Leaf> _leaves = new(StringComparer.Ordinal);
    private readonly HashSet<SecretReference> _refused = [];
    private readonly DevelopmentCaSecretSourceOptions _options;
    private readonly DevelopmentAuthority _authority;
    private readonly ITimer _rotation;
    private bool _rotates;
    private bool _disposed;

    public DevelopmentCaSecretSource(string name, DevelopmentCaSecretSourceOptions options, TimeProvider timeProvider, ILogger<DevelopmentCaSecretSource> logger)
        : base(name, options.Timeout, timeProvider, logger)
    {
        _options = options;
        _authority = new DevelopmentAuthority(timeProvider.GetUtcNow());
        _rotation = timeProvider.CreateTimer(
            static source => ((DevelopmentCaSecretSource)source!).OnRotation(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Started(logger, name, _authority.Certificate.Sha256);
    }

    /// <summary>Replaces the certificate of a name, or of all, at once.</summary>
    /// <inheritdoc/>
    public override ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default)
    {
        Rotate(reference?.Key);
        return ValueTask.CompletedTask;
    }

    protected override void OnFirstWatcher(SecretReference reference)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                Publish(reference, AnswerLocked(reference));
            }
        }
    }

    protected override void OnLastWatcher(SecretReference reference)
    {
        lock (_gate)
        {
            _refused.Remove(reference);
            if (_leaves.TryGetValue(reference.Key, out var leaf) && leaf.Watchers.Remove(reference) && leaf.Watchers.Count == 0)
            {
                _leaves.Remove(reference.Key);
            }
        }
    }

    protected override async ValueTask DisposeCoreAsync()
    {
        lock (_gate)
        {
            _disposed = true;
            _authority.Dispose();
        }

        await _rotation.DisposeAsync().ConfigureAwait(false);
        await base.DisposeCoreAsync().ConfigureAwait(false);
    }

    private SecretState AnswerLocked(SecretReference reference)
    {
        if (reference.Key == DevelopmentCaName.Trust)
        {
            return new SecretState.Found(_authority.Trust);
        }

        if (!_leaves.TryGetValue(reference.Key, out var leaf))
        {
            if (DevelopmentCaName.ToSubjectAltName(reference.Key) is not { } subjectAltName)
            {
                return new SecretState.Invalid(DevelopmentCaName.Problem(reference.Key));
            }

            if (_leaves.Count >= _options.MaxNames)
            {
                return RefuseLocked(reference);
            }

            leaf = new Leaf(reference.Key, subjectAltName);
            leaf.State = IssueLocked(leaf);
            _leaves.Add(reference.Key, leaf);
            StartRotationLocked();
        }

        leaf.Watchers.Add(reference);
        return leaf.State!;
    }

    private SecretState.Denied RefuseLocked(SecretReference reference)
    {
        if (_refused.Count == 0)
        {
            Full(Logger, Name, _options.MaxNames);
        }

        _refused.Add(reference);
        return new SecretState.Denied($"Source '{Name}' serves {_options.MaxNames} names already: raise 'maxNames', or watch fewer names.");
    }

    private SecretState IssueLocked(Leaf leaf)
    {
        try
        {
            return new SecretState.Found(_authority.Issue(leaf.Name, leaf.SubjectAltName, TimeProvider.GetUtcNow(), _options.Lifetime)) { Trust = _authority.Trust };
        }
        catch (CryptographicException exception)
        {
            return StoreFailure.ToState(exception);
        }
    }

    private void StartRotationLocked()
    {
        if (!_rotates)
        {
            _rotates = _rotation.Change(_options.RotateEvery, Timeout.InfiniteTimeSpan);
        }
    }

    // One shot at a time: a slow rotation must not be overtaken by the next.
    private void OnRotation()
    {
        Rotate(key: null);
        lock (_gate)
        {
            _rotates = false;
            if (!_disposed && _leaves.Count > 0)
            {
                StartRotationLocked();
            }
        }
    }

    private void Rotate(string? key)
    {
        string[] keys;
        SecretReference[] refused;
        lock (_gate)
        {
            keys = key is null ? [.. _leaves.Keys] : [key];
            refused = key is null ? [.. _refused] : [];
        }

        // Name by name, so that a new watcher waits for one certificate and not for a thousand.
        foreach (var name in keys)
        {
            lock (_gate)
            {
                if (!_disposed && _leaves.TryGetValue(name, out var leaf))
                {
                    leaf.State = IssueLocked(leaf);
                    leaf.Watchers.ForEach(watcher => Publish(watcher, leaf.State));
                }
            }
        }

        foreach (var reference in refused)
        {
            lock (_gate)
            {
                if (!_disposed && _leaves.Count < _options.MaxNames && _refused.Remove(reference))
                {
                    Publish(reference, AnswerLocked(reference));
                }
            }
        }
    }

    private sealed class Leaf(string name, X509Extension subjectAltName)
    {
        public string Name => name;

        public X509Extension SubjectAltName => subjectAltName;

        public List<SecretReference> Watchers { get; } = [];

        public SecretState? State { get; set; }
    }
}
