using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;

namespace SecretProviders.Kubernetes.Watching;

/// <summary>Follows all objects of a selection; for selections that are few.</summary>
/// <param name="selection">What the lists and watches are about.</param>
internal sealed class WholeTracker(ObjectSelection selection) : ObjectTracker
{
    private readonly Lock _gate = new();
    private Dictionary<ObjectName, KubernetesObject> _objects = [];
    private Dictionary<ObjectName, KubernetesObject>? _listing;
    private string _version = "";
    private long _epoch;
    private bool _known;

    /// <inheritdoc/>
    public override void Begin()
    {
        lock (_gate)
        {
            _listing = [];
        }
    }

    /// <inheritdoc/>
    public override void See(WatchEventType type, RawObject item, ObjectMetadata metadata)
    {
        lock (_gate)
        {
            var objects = _listing ?? _objects;
            var name = new ObjectName(metadata.Namespace, metadata.Name);
            if (type == WatchEventType.Deleted)
            {
                objects.Remove(name);
            }
            else
            {
                objects[name] = ObjectDecoder.Decode(selection.Resource, item, metadata);
            }

            if (_listing is not null)
            {
                return;
            }

            _version = metadata.ResourceVersion;
        }

        Tell();
    }

    /// <inheritdoc/>
    public override void End(string version)
    {
        lock (_gate)
        {
            _objects = _listing ?? _objects;
            _listing = null;

            // Not before: who comes while a list is read is told of the objects and the epoch of the one before.
            (_version, _epoch, _known) = (version, NewEpoch(), true);
        }

        Tell();
        Regain();
        EndRound();
    }

    /// <inheritdoc/>
    protected override void OnAdded(WatchedObject watched) => Tell();

    /// <inheritdoc/>
    protected override void OnRemoved(WatchedObject watched)
    {
    }

    private void Tell()
    {
        (KubernetesObject[] Objects, string Version, long Epoch) known;
        lock (_gate)
        {
            if (!_known)
            {
                return;
            }

            known = ([.. _objects.Values.OrderBy(static item => item.Metadata.Name, StringComparer.Ordinal)], _version, _epoch);
        }

        foreach (var watched in Watched)
        {
            watched.Learn([.. known.Objects], known.Version, known.Epoch, Outage);
        }
    }
}
