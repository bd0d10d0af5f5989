using System.Collections.Immutable;

namespace SecretProviders.Host.Configuration;

/// <summary>Collects every mistake, so that all are told at once: <c>PLACE: FIELD: what, and the remedy</c>.</summary>
internal sealed class ConfigurationErrors
{
    private readonly List<(int Line, string Text)> _errors = [];
    private readonly HashSet<string> _texts = [];

    /// <summary>Gets the mistakes: the file's by line, then those of overrides.</summary>
    public ImmutableArray<string> All =>
        [.. _errors.OrderBy(static error => error.Line == 0 ? int.MaxValue : error.Line).Select(static error => error.Text)];

    public bool Any => _errors.Count > 0;

    /// <summary>Adds a mistake once: a default that many routes read is still one mistake.</summary>
    public void Add(Place place, string field, string message)
    {
        var text = field.Length == 0 ? $"{place.Text}: {message}" : $"{place.Text}: {field}: {message}";
        if (_texts.Add(text))
        {
            _errors.Add((place.Line, text));
        }
    }

    /// <exception cref="SecretConfigurationException">There is at least one mistake.</exception>
    public void ThrowIfAny()
    {
        if (Any)
        {
            throw new SecretConfigurationException(All);
        }
    }
}
