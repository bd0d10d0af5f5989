namespace SecretProviders.Host.Configuration;

/// <summary>Reads a whole document: JSON when the file is called so, YAML otherwise.</summary>
internal static class ConfigurationDocument
{
    private const int MaxCharacters = 16 * 1024 * 1024;

    /// <summary>Parses a document.</summary>
    /// <param name="text">The document.</param>
    /// <param name="file">The file's name as the user wrote it, for places.</param>
    /// <param name="folder">What the file's name is relative to.</param>
    /// <param name="errors">Receives mistakes.</param>
    /// <returns>The top-level map; empty when the document is empty or unreadable.</returns>
    public static ConfigurationNode.Map Read(string text, string file, string folder, ConfigurationErrors errors)
    {
        var start = Place.InFile(file, folder);
        if (text.Length > MaxCharacters)
        {
            errors.Add(start, string.Empty, $"the file is larger than {MaxCharacters / 1024 / 1024} MiB; that is not a configuration");
            return new ConfigurationNode.Map(start);
        }

        var node = file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? new JsonConfigurationReader(start, errors).Read(text)
            : new YamlConfigurationReader(start, errors).Read(text);
        switch (node)
        {
            case ConfigurationNode.Map map:
                return map;
            case null:
                return new ConfigurationNode.Map(start);
            default:
                errors.Add(node.Place, string.Empty, $"the document is {node.Sort}; write a map with server, sources and secrets");
                return new ConfigurationNode.Map(start);
        }
    }

    /// <summary>Adds an entry to a map, unless the name is there already.</summary>
    public static void AddEntry(ConfigurationNode.Map map, ConfigurationNode.Entry entry, Dictionary<string, ConfigurationNode.Entry> seen, string path, ConfigurationErrors errors)
    {
        if (seen.TryAdd(entry.Name, entry))
        {
            map.Entries.Add(entry);
            return;
        }

        var first = seen[entry.Name];
        errors.Add(entry.Place, path, first.Name == entry.Name
            ? $"is written twice, first on line {first.Place.Line}; keep one"
            : $"differs only in case from {first.Name} on line {first.Place.Line}, which environment variables cannot tell apart; rename one");
    }

    /// <summary>Joins a path and a name as messages show them.</summary>
    public static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
