using System.Collections.Immutable;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;

namespace SecretProviders.Kubernetes.Watching;

/// <summary>
/// What is known of one watched object (or of all of a selection), and who wants to hear when it changes. Knowledge
/// comes from several ways at once, the watch and single reads; the newest wins, whichever is first.
/// </summary>
/// <param name="key">What is watched.</param>
internal sealed class WatchedObject(ObjectKey key)
{
    private readonly Lock _gate = new();
    private ImmutableArray<KubernetesObject> _objects;
    private string _version = "";
    private long _epoch;
    private SecretState? _outage;
    private ImmutableArray<Action> _listeners = [];

    public ObjectKey Key => key;

    public ObjectView View
    {
        get
        {
            lock (_gate)
            {
                return new ObjectView(_objects, _outage);
            }
        }
    }

    /// <summary>Gets a value indicating whether nobody listens any more.</summary>
    public bool IsIdle => _listeners.IsEmpty;

    public void Subscribe(Action listener) => ImmutableInterlocked.Update(ref _listeners, static (all, added) => all.Add(added), listener);

    public void Unsubscribe(Action listener) => ImmutableInterlocked.Update(ref _listeners, static (all, gone) => all.Remove(gone), listener);

    /// <summary>
    /// Says whether an object is known as it is, and if so confirms it for an epoch, which ends an outage. Only the
    /// metadata of an immutable object ever changes.
    /// </summary>
    /// <param name="metadata">The object's metadata.</param>
    /// <param name="isImmutable">Whether it says that it is immutable.</param>
    /// <param name="epoch">The list, or the watch after it, that says so.</param>
    public bool Knows(ObjectMetadata metadata, bool isImmutable, long epoch)
    {
        lock (_gate)
        {
            if (_objects.IsDefault || _objects is not [var known] || known.Metadata.Uid != metadata.Uid)
            {
                return false;
            }

            if (known.Metadata.ResourceVersion != metadata.ResourceVersion && !(known.IsImmutable && isImmutable))
            {
                return false;
            }

            if (epoch >= _epoch)
            {
                (_version, _epoch) = (metadata.ResourceVersion, epoch);
            }
        }

        Regain();
        return true;
    }

    /// <summary>Takes what the store holds, unless something newer is known. Ends an outage: the store has answered.</summary>
    /// <param name="objects">The objects; none when there is none.</param>
    /// <param name="version">The version at which this is so.</param>
    /// <param name="epoch">Versions are comparable within an epoch only: a restored store counts from further back.</param>
    /// <param name="outage">Why it may be out of date already, or null.</param>
    public void Learn(ImmutableArray<KubernetesObject> objects, string version, long epoch, SecretState? outage = null)
    {
        lock (_gate)
        {
            if (epoch < _epoch || (epoch == _epoch && ResourceVersion.IsOlder(version, _version)))
            {
                return;
            }

            (_objects, _version, _epoch, _outage) = (objects, version, epoch, outage);
        }

        Notify();
    }

    /// <summary>Takes note that the store cannot be asked; what is known stays.</summary>
    /// <param name="outage">Why.</param>
    /// <param name="epoch">The epoch in which it was asked: who has told of a later one since is not contradicted.</param>
    public void Lose(SecretState outage, long epoch = long.MaxValue)
    {
        lock (_gate)
        {
            if (epoch < _epoch)
            {
                return;
            }

            _outage = outage;
        }

        Notify();
    }

    /// <summary>Takes note that the store answers again.</summary>
    public void Regain()
    {
        lock (_gate)
        {
            if (_outage is null)
            {
                return;
            }

            _outage = null;
        }

        Notify();
    }

    private void Notify()
    {
        foreach (var listener in _listeners)
        {
            listener();
        }
    }
}
