using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SecretProviders.InMemory;

/// <summary>
/// A source whose secrets the host's own code writes: for secrets that the host makes or gets by itself, and for
/// tests. Each watcher sees a write before the writing call returns.
/// </summary>
public sealed class InMemorySecretSource : SecretStateHub
{
    // Every answer is at hand when a watch begins, so this never passes.
    private static readonly TimeSpan NeverPassing = TimeSpan.FromSeconds(5);

    // Held while publishing: of two writes to one key the later one must be the last that watchers see. Publishing
    // runs nobody's code.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SecretState> _states = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<SecretReference>> _watched = new(StringComparer.Ordinal);

    /// <summary>Makes an empty source.</summary>
    /// <param name="name">The source's configured name.</param>
    /// <param name="timeProvider">The clock that dates deletions, or null for the system's.</param>
    /// <param name="logger">Its logger, or null for none.</param>
    public InMemorySecretSource(string name = "memory", TimeProvider? timeProvider = null, ILogger<InMemorySecretSource>? logger = null)
        : base(name, NeverPassing, timeProvider ?? TimeProvider.System, logger ?? NullLogger<InMemorySecretSource>.Instance)
    {
    }

    /// <summary>Writes a secret, new or over an old one.</summary>
    /// <param name="key">The key of references to it.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="trust">The trust that belongs to it, or null.</param>
    public void Set(string key, Secret secret, ValidationContext? trust = null)
    {
        ArgumentNullException.ThrowIfNull(secret);
        Set(key, new SecretState.Found(secret) { Trust = trust });
    }

    /// <summary>Writes what the source shall say of a key: a find with all its parts, or a failure.</summary>
    /// <param name="key">The key of references to it.</param>
    /// <param name="state">The state; what travels from earlier states is added.</param>
    public void Set(string key, SecretState state)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(state);
        lock (_gate)
        {
            _states[key] = state;
            PublishLocked(key, state);
        }
    }

    /// <summary>Takes a secret away. Watchers are told why; who comes later finds none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="reason">Why. By default it is deleted, so that routes may retain it for a while.</param>
    /// <returns>Whether there was anything under the key.</returns>
    public bool Remove(string key, RemovalReason reason = RemovalReason.Deleted)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_gate)
        {
            var removed = _states.Remove(key);
            if (removed)
            {
                PublishLocked(key, new SecretState.Removed(reason));
            }

            return removed;
        }
    }

    /// <inheritdoc/>
    protected override void OnFirstWatcher(SecretReference reference)
    {
        lock (_gate)
        {
            if (!_watched.TryGetValue(reference.Key, out var references))
            {
                _watched.Add(reference.Key, references = []);
            }

            references.Add(reference);
            var state = _states.GetValueOrDefault(reference.Key) ?? new SecretState.NotFound();
            Publish(reference, InMemoryReference.Narrow(state, reference));
        }
    }

    /// <inheritdoc/>
    protected override void OnLastWatcher(SecretReference reference)
    {
        lock (_gate)
        {
            if (_watched.TryGetValue(reference.Key, out var references) && references.Remove(reference) && references.Count == 0)
            {
                _watched.Remove(reference.Key);
            }
        }
    }

    private void PublishLocked(string key, SecretState state)
    {
        foreach (var reference in _watched.GetValueOrDefault(key) ?? [])
        {
            Publish(reference, InMemoryReference.Narrow(state, reference));
        }
    }
}
