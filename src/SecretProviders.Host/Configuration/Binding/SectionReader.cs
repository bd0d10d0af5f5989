using System.Collections.Immutable;

namespace SecretProviders.Host.Configuration;

/// <summary>
/// Reads one map of the document strictly. Asking for a field declares it: what is present and never asked for is an
/// unknown field, so the schema and the binding are one piece of code and cannot disagree.
/// </summary>
internal sealed partial class SectionReader
{
    private readonly ConfigurationNode.Map _map;
    private readonly SectionReader? _fallback;
    private readonly ConfigurationErrors _errors;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private bool _ignoresRest;

    private SectionReader(ConfigurationNode.Map map, string path, SectionReader? fallback, ConfigurationErrors errors)
    {
        _map = map;
        _fallback = fallback;
        _errors = errors;
        Path = path;
    }

    private delegate bool TryParse<T>(string text, out T value);

    /// <summary>Gets the field that holds this map, as messages show it; empty for the document.</summary>
    public string Path { get; }

    /// <summary>Gets where the map begins.</summary>
    public Place Place => _map.Place;

    /// <summary>Reads a whole document.</summary>
    public static T ReadDocument<T>(ConfigurationNode.Map root, ConfigurationErrors errors, Func<SectionReader, T> bind) =>
        Finish(new SectionReader(root, string.Empty, fallback: null, errors), bind);

    /// <summary>Makes a reader of a map with no field, to stand for an absent one.</summary>
    public static SectionReader Empty(Place place, ConfigurationErrors errors) =>
        new(new ConfigurationNode.Map(place), string.Empty, fallback: null, errors);

    /// <summary>Tells whether the map itself, not what stands behind it, has the field.</summary>
    public bool HasOwn(string name) => _map.Find(name) is not null;

    /// <summary>Tells whether the field is there.</summary>
    public bool Has(string name)
    {
        _asked.Add(name);
        return Find(name) is not null;
    }

    /// <summary>Gets where a field is written, else where its map is.</summary>
    public Place PlaceOf(string name) => Find(name)?.Entry.Place ?? Place;

    /// <summary>Records a mistake in a field.</summary>
    public void Refuse(string name, string message)
    {
        _asked.Add(name);
        if (Find(name) is { } found)
        {
            _errors.Add(found.Entry.Place, found.Path, message);
        }
        else
        {
            _errors.Add(Place, ConfigurationDocument.Join(Path, name), message);
        }
    }

    /// <summary>Records a mistake in the map as a whole.</summary>
    public void Refuse(string message) => _errors.Add(Place, Path, message);

    /// <summary>Refuses a field that the format has and this build does not: nothing is silently ignored.</summary>
    public void RefuseIfPresent(string name, string message)
    {
        if (Has(name))
        {
            Refuse(name, message);
        }
    }

    /// <summary>Lets unread fields pass, because a mistake already told makes them meaningless.</summary>
    public void IgnoreRest() => _ignoresRest = true;

    /// <summary>Reads a nested map; an absent one is read as empty, so that defaults come from one place.</summary>
    /// <param name="name">The field.</param>
    /// <param name="bind">Reads it.</param>
    public T Map<T>(string name, Func<SectionReader, T> bind) =>
        Finish(Nested(name, _fallback?.Nested(name, fallback: null)), bind);

    /// <summary>Reads a nested map whose absent fields are those of another.</summary>
    public T Map<T>(string name, SectionReader? fallback, Func<SectionReader, T> bind) => Finish(Nested(name, fallback), bind);

    /// <summary>Reads a list of maps.</summary>
    /// <param name="name">The field.</param>
    /// <param name="bind">Reads one item.</param>
    /// <param name="fallback">What stands behind each item, or null.</param>
    /// <param name="shape">What an item looks like, for messages.</param>
    public ImmutableArray<T> List<T>(string name, Func<SectionReader, T> bind, SectionReader? fallback = null, string? shape = null)
    {
        var results = ImmutableArray.CreateBuilder<T>();
        foreach (var (item, path) in Items(name, shape is null ? "a list" : $"a list: [ {shape} ]"))
        {
            if (item is ConfigurationNode.Map map)
            {
                results.Add(Finish(new SectionReader(map, path, fallback, _errors), bind));
            }
            else
            {
                _errors.Add(item.Place, path, NotA(shape ?? "a map", item));
            }
        }

        return results.ToImmutable();
    }

    /// <summary>Tells whether a list is there and has no item.</summary>
    public bool IsEmptyList(string name) => Find(name) is { Entry.Value: ConfigurationNode.List { Items.Count: 0 } };

    /// <summary>Reads a map whose names the user chose.</summary>
    public ImmutableArray<T> NamedMaps<T>(string name, Func<string, SectionReader, T> bind)
    {
        var results = ImmutableArray.CreateBuilder<T>();
        foreach (var entry in EntriesOf(name))
        {
            var path = $"{ConfigurationDocument.Join(Path, name)}.{entry.Name}";
            if (entry.Value is ConfigurationNode.Map map)
            {
                var key = entry.Place.IgnoresCase ? entry.Name.ToLowerInvariant() : entry.Name;
                results.Add(Finish(new SectionReader(map, path, fallback: null, _errors), section => bind(key, section)));
            }
            else
            {
                _errors.Add(entry.Place, path, NotA("a map", entry.Value));
            }
        }

        return results.ToImmutable();
    }

    private static T Finish<T>(SectionReader section, Func<SectionReader, T> bind)
    {
        var result = bind(section);
        section.RefuseUnknown();
        return result;
    }

    private SectionReader Nested(string name, SectionReader? fallback)
    {
        _asked.Add(name);
        var path = ConfigurationDocument.Join(Path, name);
        var value = _map.Find(name)?.Value;
        if (value is not null and not ConfigurationNode.Map)
        {
            _errors.Add(value.Place, path, NotA("a map", value));
        }

        return new SectionReader(value as ConfigurationNode.Map ?? new ConfigurationNode.Map(PlaceOf(name)), path, fallback, _errors);
    }

    private (ConfigurationNode.Entry Entry, string Path)? Find(string name) =>
        _map.Find(name) is { } entry ? (entry, ConfigurationDocument.Join(Path, name)) : _fallback?.Find(name);

    private void RefuseUnknown()
    {
        if (_ignoresRest)
        {
            return;
        }

        foreach (var entry in _map.Entries)
        {
            var comparer = entry.Place.IgnoresCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
            if (!_asked.Contains(entry.Name, comparer))
            {
                var field = ConfigurationDocument.Join(Path, entry.Name);
                _errors.Add(entry.Place, field, $"is not a known field; {NameSuggestion.Remedy(entry.Name, _asked)}");
            }
        }
    }
}
