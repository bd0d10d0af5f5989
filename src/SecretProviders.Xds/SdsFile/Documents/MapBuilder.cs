namespace SecretProviders.SdsFile;

/// <summary>Collects the entries of a map, and refuses a key that comes twice.</summary>
internal sealed class MapBuilder(int line)
{
    private readonly Dictionary<string, ResourceNode> _entries = new(StringComparer.Ordinal);

    public void Add(string key, int keyLine, ResourceNode value)
    {
        if (!_entries.TryAdd(key, value))
        {
            throw new ResourceFormatException(keyLine, $"has '{key}' a second time; keep one");
        }
    }

    public ResourceNode.Map Build() => new(line, _entries);
}
