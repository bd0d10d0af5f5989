using System.Text.RegularExpressions;

namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>A label selector and a field selector, as the query of a list or a watch has them.</summary>
internal sealed partial class FakeSelector
{
    private readonly List<Predicate<FakeObject>> _conditions = [];

    /// <summary>Reads selectors.</summary>
    /// <param name="resource">What is selected.</param>
    /// <param name="labels">The label selector, or null.</param>
    /// <param name="fields">The field selector, or null.</param>
    /// <exception cref="FormatException">One of them is not understood.</exception>
    public FakeSelector(FakeResource resource, string? labels, string? fields)
    {
        foreach (Match requirement in LabelRequirements().Matches(labels ?? string.Empty))
        {
            _conditions.Add(LabelCondition(requirement));
        }

        foreach (var requirement in (fields ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            AddField(resource, requirement);
        }
    }

    /// <summary>Gets the name that must be equal, which also counts as the name that is asked for.</summary>
    public string? Name { get; private set; }

    public bool Matches(FakeObject found) => _conditions.TrueForAll(condition => condition(found));

    private static Predicate<FakeObject> LabelCondition(Match requirement)
    {
        var (key, operation) = (requirement.Groups["key"].Value, requirement.Groups["operation"].Value);
        var values = requirement.Groups["values"].Value.Split(',', StringSplitOptions.TrimEntries);
        return operation switch
        {
            "=" or "==" or "in" => found => found.Label(key) is { } label && values.Contains(label),
            "!=" or "notin" => found => found.Label(key) is not { } label || !values.Contains(label),
            _ when requirement.Groups["not"].Success => found => found.Label(key) is null,
            _ => found => found.Label(key) is not null,
        };
    }

    private void AddField(FakeResource resource, string requirement)
    {
        var parts = FieldRequirement().Match(requirement);
        var (path, value) = (parts.Groups["path"].Value, parts.Groups["value"].Value);
        if (!parts.Success || (path != "metadata.name" && path != "metadata.namespace" && path != resource.SelectableField))
        {
            throw new FormatException($"field label not supported: {requirement}");
        }

        var equal = parts.Groups["operation"].Value != "!=";
        _conditions.Add(found => found.Field(path) == value == equal);
        Name = equal && path == "metadata.name" ? value : Name;
    }

    [GeneratedRegex(@"(?<not>!)?(?<key>[A-Za-z0-9./_-]+)\s*((?<operation>==|=|!=)\s*(?<values>[A-Za-z0-9._-]*)|(?<operation>notin|in)\s*\((?<values>[^)]*)\))?")]
    private static partial Regex LabelRequirements();

    [GeneratedRegex("^(?<path>[A-Za-z.]+)(?<operation>==|=|!=)(?<value>.*)$")]
    private static partial Regex FieldRequirement();
}
