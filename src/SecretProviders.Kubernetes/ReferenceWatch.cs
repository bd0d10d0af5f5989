using System.Collections.Immutable;
using SecretProviders.Kubernetes.References;
using SecretProviders.Kubernetes.Watching;

namespace SecretProviders.Kubernetes;

/// <summary>Follows the objects of one reference and publishes what they make of it, in the order in which it became so.</summary>
/// <param name="resolver">Says which objects, and what they make of it.</param>
/// <param name="catalogue">The watched objects.</param>
/// <param name="publish">Takes each state.</param>
internal sealed class ReferenceWatch(ReferenceResolver resolver, ObjectCatalogue catalogue, Action<SecretState> publish) : IDisposable
{
    private readonly Lock _gate = new();
    private ImmutableArray<WatchedObject> _objects;
    private ObjectView[] _foundIn = [];
    private SecretState.Found? _found;
    private bool _wasGranted;
    private bool _ended;

    /// <summary>Gets the objects that the reference depends on.</summary>
    public ImmutableArray<ObjectKey> Dependencies { get; } = resolver.Dependencies();

    /// <summary>Begins to follow.</summary>
    public void Start()
    {
        var objects = Dependencies.Select(key => catalogue.Acquire(key, Look)).ToImmutableArray();
        lock (_gate)
        {
            _objects = objects;
        }

        Look();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ImmutableArray<WatchedObject> objects;
        lock (_gate)
        {
            _ended = true;
            objects = _objects;
        }

        foreach (var watched in objects)
        {
            catalogue.Release(watched, Look);
        }
    }

    // Looked at and published under one lock: whoever comes later has seen what is later.
    private void Look()
    {
        lock (_gate)
        {
            if (_ended || _objects.IsDefault)
            {
                return;
            }

            ObjectView[] views = [.. _objects.Select(static watched => watched.View)];
            if (ResolveLocked(views) is { } state)
            {
                publish(state);
            }

            _wasGranted |= resolver.IsGranted(views);
        }
    }

    // After an outage thousands of references are what they were: what was decoded once is not decoded again.
    private SecretState? ResolveLocked(ObjectView[] views)
    {
        if (_found is not null && views.AsSpan().SequenceEqual(_foundIn))
        {
            return _found;
        }

        var state = resolver.Resolve(views, _wasGranted);
        if (state is SecretState.Found found)
        {
            (_found, _foundIn) = (found, views);
        }

        return state;
    }
}
