namespace SecretProviders.SdsFile;

/// <summary>What a resource file holds, as far as it can be read without looking at other files. Pure.</summary>
internal sealed class ResourceFile
{
    private const string TypeField = "@type";
    private const string SecretType = "envoy.extensions.transport_sockets.tls.v3.Secret";

    private static readonly string[] ResponseFields = ["version_info", "type_url", "nonce", "canary", "control_plane"];

    private readonly Dictionary<string, ResourceNode> _secrets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Line, string Fault)> _faults = new(StringComparer.Ordinal);

    private ResourceFile()
    {
    }

    /// <summary>Gets how many secrets it names, sound or not.</summary>
    public int Count => _secrets.Count + _faults.Count;

    /// <summary>Reads the list of resources; each resource is judged when somebody wants it.</summary>
    /// <param name="document">The whole file: a DiscoveryResponse.</param>
    /// <exception cref="ResourceFormatException">It is no list of secrets at all.</exception>
    public static ResourceFile Read(ResourceNode document)
    {
        var file = new ResourceFile();
        return MapReader.Read(document, "the file", response =>
        {
            foreach (var field in ResponseFields)
            {
                response.Take(field);
            }

            foreach (var resource in response.Items("resources"))
            {
                file.Add(resource);
            }

            return file;
        });
    }

    /// <summary>Gets the content of a secret, without its type; null when the file does not name it.</summary>
    /// <exception cref="ResourceFormatException">What the file says of it is not sound.</exception>
    public ResourceNode? Find(string name) => _faults.TryGetValue(name, out var fault)
        ? throw new ResourceFormatException(fault.Line, fault.Fault)
        : _secrets.GetValueOrDefault(name);

    private void Add(ResourceNode resource)
    {
        if (resource is not ResourceNode.Map map
            || map.Entries.GetValueOrDefault("name") is not ResourceNode.Scalar { Value: { Length: > 0 } name })
        {
            throw new ResourceFormatException(resource.Line, "is a resource without a name");
        }

        if (_secrets.Remove(name) || _faults.ContainsKey(name))
        {
            _faults[name] = (map.Line, "it is there more than once; keep one");
            return;
        }

        var type = map.Entries.GetValueOrDefault(TypeField) as ResourceNode.Scalar;
        if (type?.Value is not { } url || url[(url.LastIndexOf('/') + 1)..] != SecretType)
        {
            _faults[name] = (map.Line, $"its {TypeField} is not 'type.googleapis.com/{SecretType}'");
            return;
        }

        var content = map.Entries.Where(static entry => entry.Key != TypeField).ToDictionary(StringComparer.Ordinal);
        _secrets.Add(name, new ResourceNode.Map(map.Line, content));
    }
}
