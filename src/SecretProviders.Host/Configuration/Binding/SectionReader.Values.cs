using System.Collections.Immutable;
using System.Globalization;

namespace SecretProviders.Host.Configuration;

/// <content>Single values and lists of them.</content>
internal sealed partial class SectionReader
{
    private const string None = "none";
    private const int MaxShown = 40;

    public string? Text(string name) => TryRead<string>(name, "a text", AsIs, out var text, isText: true) ? text : null;

    /// <summary>Reads a text that must be there; empty after a mistake.</summary>
    /// <param name="name">The field.</param>
    /// <param name="remedy">What to write when it is missing.</param>
    public string RequiredText(string name, string remedy)
    {
        RefuseIfAbsent(name, remedy);
        return Text(name) ?? string.Empty;
    }

    /// <summary>Reads a path that must be there; null after a mistake.</summary>
    /// <param name="name">The field.</param>
    /// <param name="remedy">What to write when it is missing.</param>
    public string? RequiredPath(string name, string remedy)
    {
        RefuseIfAbsent(name, remedy);
        return FilePath(name);
    }

    /// <summary>Reads a path; a relative one is relative to where it was written.</summary>
    public string? FilePath(string name) =>
        TryRead<string>(name, "a path", AsPath, out var path, isText: true) ? System.IO.Path.GetFullPath(path, PlaceOf(name).Folder) : null;

    public bool? Flag(string name) => TryRead<bool>(name, "true or false", AsFlag, out var flag) ? flag : null;

    public int? Integer(string name, int min, int max)
    {
        bool Parse(string text, out int number) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= min && number <= max;
        return TryRead<int>(name, $"a whole number from {min} to {max}", Parse, out var number) ? number : null;
    }

    public long? Size(string name) => TryRead<long>(name, Quantities.SizeHint, Quantities.TrySize, out var bytes) ? bytes : null;

    public TimeSpan? Duration(string name) =>
        TryRead<TimeSpan>(name, Quantities.DurationHint, Quantities.TryDuration, out var duration, isText: true) ? duration : null;

    /// <summary>Reads a duration that <c>none</c> switches off, also where another map stands behind this one.</summary>
    public TimeSpan? DurationOrNone(string name) => IsNone(name) ? null : Duration(name);

    /// <summary>Reads a number that <c>none</c> switches off.</summary>
    public int? IntegerOrNone(string name, int min, int max) => IsNone(name) ? null : Integer(name, min, max);

    /// <summary>Reads one of a few words.</summary>
    public T? Choice<T>(string name, IReadOnlyDictionary<string, T> choices)
        where T : struct
    {
        bool Parse(string text, out T value) => choices.TryGetValue(text, out value);
        return TryRead<T>(name, $"one of {string.Join(", ", choices.Keys)}", Parse, out var choice, isText: true) ? choice : null;
    }

    /// <summary>Reads a list of texts.</summary>
    public ImmutableArray<string> Texts(string name)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var (item, path) in Items(name))
        {
            if (item is ConfigurationNode.Scalar { Text: { } text, Style: ScalarStyle.Text or ScalarStyle.Plain })
            {
                texts.Add(text);
            }
            else
            {
                _errors.Add(item.Place, path, "is not a text; write one, in quotes if need be");
            }
        }

        return texts.ToImmutable();
    }

    /// <summary>Reads a map of texts whose names the user chose.</summary>
    public ImmutableSortedDictionary<string, string> TextMap(string name)
    {
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in EntriesOf(name))
        {
            if (entry.Value is ConfigurationNode.Scalar { Text: { } text, Style: ScalarStyle.Text or ScalarStyle.Plain })
            {
                texts[entry.Name] = text;
            }
            else
            {
                _errors.Add(entry.Place, $"{ConfigurationDocument.Join(Path, name)}.{entry.Name}", "is not a text; write one, in quotes if need be");
            }
        }

        return texts.ToImmutable();
    }

    private static bool AsIs(string text, out string value)
    {
        value = text;
        return true;
    }

    // An empty one would be the folder that it is relative to.
    private static bool AsPath(string text, out string value)
    {
        value = text;
        return text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal);
    }

    private static bool AsFlag(string text, out bool value)
    {
        value = text == "true";
        return value || text == "false";
    }

    private void RefuseIfAbsent(string name, string remedy)
    {
        if (!Has(name))
        {
            Refuse(name, $"is missing; {remedy}");
        }
    }

    private bool IsNone(string name)
    {
        _asked.Add(name);
        return Find(name) is { Entry.Value: ConfigurationNode.Scalar { Text: None } };
    }

    private bool TryRead<T>(string name, string expected, TryParse<T> parse, out T value, bool isText = false)
    {
        _asked.Add(name);
        value = default!;
        if (Find(name) is not { } found)
        {
            return false;
        }

        switch (found.Entry.Value)
        {
            case ConfigurationNode.Scalar { Text: { } text } scalar when isText == scalar.Style is ScalarStyle.Text || scalar.Style is ScalarStyle.Plain:
                if (parse(text, out value))
                {
                    return true;
                }

                Refuse(name, $"is \"{Shorten(text)}\"; write {expected}");
                return false;
            case var other:
                Refuse(name, NotA(expected, other));
                return false;
        }
    }

    private static string NotA(string expected, ConfigurationNode found) => found is ConfigurationNode.Scalar { Text: null }
        ? $"has no value; write {expected}, or remove it"
        : $"is {found.Sort}; write {expected}";

    private static string Shorten(string text) => text.Length <= MaxShown ? text : text[..MaxShown] + "…";

    private IEnumerable<(ConfigurationNode Item, string Path)> Items(string name, string expected = "a list")
    {
        _asked.Add(name);
        if (Find(name) is not { } found)
        {
            return [];
        }

        if (found.Entry.Value is ConfigurationNode.List list)
        {
            return list.Items.Select((item, index) => (item, $"{found.Path}[{index}]"));
        }

        Refuse(name, NotA(expected, found.Entry.Value));
        return [];
    }

    private List<ConfigurationNode.Entry> EntriesOf(string name)
    {
        _asked.Add(name);
        var value = Find(name)?.Entry.Value;
        if (value is null or ConfigurationNode.Map)
        {
            return (value as ConfigurationNode.Map)?.Entries ?? [];
        }

        Refuse(name, NotA("a map", value));
        return [];
    }
}
