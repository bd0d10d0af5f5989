using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>What etcd is to the real server: objects, one version for all of them, and what happened since.</summary>
internal sealed class FakeStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(FakeResource Resource, string Namespace, string Name), FakeObject> _objects = [];
    private readonly Dictionary<string, (long Version, ImmutableArray<FakeObject> Objects)> _pages = [];
    private readonly Pulse _changed = new();
    private ImmutableList<FakeChange> _changes = [];
    private long _version = 100;
    private long _oldest = 100;

    /// <summary>Gets a task that completes with the next change.</summary>
    public Task NextChange => _changed.Next;

    /// <summary>Writes an object, new or over an old one; what is equal makes no new version, as on the real server.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="ns">Its namespace, or empty.</param>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its fields, without metadata.</param>
    /// <param name="labels">Its labels.</param>
    public void Put(FakeResource resource, string ns, string name, JsonObject content, params IEnumerable<(string Name, string Value)> labels)
    {
        lock (_gate)
        {
            var before = _objects.GetValueOrDefault((resource, ns, name));
            var body = (JsonObject)content.DeepClone();
            body["metadata"] = Metadata(resource, ns, name, (string?)before?.Body["metadata"]!["uid"] ?? $"{Guid.NewGuid()}", labels);
            if (!JsonNode.DeepEquals(before?.Body, body))
            {
                var after = new FakeObject(resource, ns, name, _version + 1, body);
                _objects[(resource, ns, name)] = after;
                Record(before, after);
            }
        }

        _changed.Fire();
    }

    /// <summary>Deletes an object, if it is there.</summary>
    public void Delete(FakeResource resource, string ns, string name)
    {
        lock (_gate)
        {
            if (_objects.Remove((resource, ns, name), out var before))
            {
                Record(before, after: null);
            }
        }

        _changed.Fire();
    }

    public FakeObject? Find(FakeResource resource, string ns, string name)
    {
        lock (_gate)
        {
            return _objects.GetValueOrDefault((resource, ns, name));
        }
    }

    /// <summary>Reads the present: the version, and the objects in the order of lists.</summary>
    /// <param name="resource">Their kind.</param>
    /// <param name="ns">Their namespace, or null for all.</param>
    public (long Version, ImmutableArray<FakeObject> Objects) Read(FakeResource resource, string? ns)
    {
        lock (_gate)
        {
            var objects = _objects.Values.Where(found => found.Resource == resource && (ns is null || found.Namespace == ns));
            return (_version, [.. objects.OrderBy(static found => found.Namespace, StringComparer.Ordinal).ThenBy(static found => found.Name, StringComparer.Ordinal)]);
        }
    }

    /// <summary>Reads what happened after a version.</summary>
    /// <param name="version">The version.</param>
    public ImmutableArray<FakeChange> ChangesAfter(long version)
    {
        lock (_gate)
        {
            return [.. _changes.Where(change => change.Version > version)];
        }
    }

    /// <summary>Tells whether the history since a version is still there for somebody who begins to watch.</summary>
    /// <param name="version">The version.</param>
    public bool Remembers(long version)
    {
        lock (_gate)
        {
            return version >= _oldest;
        }
    }

    /// <summary>Forgets all history, as compaction does together with an emptied watch cache. Open watches go on.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            // Something happened elsewhere in the meantime: versions count for all kinds together.
            _oldest = ++_version;
            _pages.Clear();
        }
    }

    /// <summary>Keeps the rest of a list for whoever asks for the next page.</summary>
    /// <returns>The token to ask with.</returns>
    public string KeepPage(long version, ImmutableArray<FakeObject> rest)
    {
        var token = $"{Guid.NewGuid():N}";
        lock (_gate)
        {
            _pages[token] = (version, rest);
        }

        return token;
    }

    /// <summary>Finds the rest of a list, or null when it is too old.</summary>
    public (long Version, ImmutableArray<FakeObject> Objects)? FindPage(string token)
    {
        lock (_gate)
        {
            return _pages.TryGetValue(token, out var page) ? page : null;
        }
    }

    private static JsonObject Metadata(FakeResource resource, string ns, string name, string uid, IEnumerable<(string Name, string Value)> labels)
    {
        var metadata = new JsonObject { ["name"] = name, ["uid"] = uid, ["creationTimestamp"] = "2026-01-01T00:00:00Z" };
        if (resource.IsNamespaced)
        {
            metadata["namespace"] = ns;
        }

        if (labels.Any())
        {
            metadata["labels"] = new JsonObject(labels.Select(static label => KeyValuePair.Create(label.Name, (JsonNode?)label.Value)));
        }

        return metadata;
    }

    private void Record(FakeObject? before, FakeObject? after) => _changes = _changes.Add(new FakeChange(++_version, before, after));
}
