using System.Globalization;

namespace SecretProviders.Host.Configuration;

/// <summary>
/// Lays environment variables (<c>SECRETPROVIDERS_SERVER__DRAIN=20s</c>) and then switches (<c>--set server.drain=20s</c>)
/// over the document, each with its own place, so that one strict reading judges everything.
/// </summary>
internal sealed class ConfigurationOverrides(string folder, ConfigurationErrors errors)
{
    private const string Prefix = "SECRETPROVIDERS_";
    private const int MaxIndexDigits = 5;

    /// <summary>The variable that names the configuration file; it is no setting.</summary>
    public const string FileVariable = Prefix + "CONFIG";

    public void ApplyEnvironment(ConfigurationNode.Map root, IReadOnlyDictionary<string, string> variables)
    {
        foreach (var (variable, value) in variables.OrderBy(static pair => ByNumber(pair.Key), StringComparer.Ordinal))
        {
            if (IsSetting(variable))
            {
                var place = new Place(variable, 0, folder) { IgnoresCase = true };
                Apply(root, variable[Prefix.Length..].Split("__"), value, place);
            }
        }
    }

    public void ApplySwitches(ConfigurationNode.Map root, IEnumerable<string> settings)
    {
        foreach (var setting in settings)
        {
            var split = setting.IndexOf('=', StringComparison.Ordinal);
            var name = split < 0 ? setting : setting[..split];
            var place = new Place($"--set {name}", 0, folder);
            if (split <= 0)
            {
                errors.Add(place, string.Empty, "names no value; write --set a.b.c=value");
            }
            else
            {
                Apply(root, name.Split('.'), setting[(split + 1)..], place);
            }
        }
    }

    // The number after the last appends to a list, so 9 goes before 10.
    private static string ByNumber(string variable) =>
        string.Join("__", variable.Split("__").Select(static part => IsIndex(part) ? part.PadLeft(MaxIndexDigits, '0') : part));

    // Kubernetes gives every pod NAME_SERVICE_HOST, NAME_PORT and the like for a Service of our own name.
    private static bool IsSetting(string variable) =>
        variable.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        && !variable.Equals(FileVariable, StringComparison.OrdinalIgnoreCase)
        && !variable.StartsWith(Prefix + "SERVICE_", StringComparison.Ordinal)
        && !variable.StartsWith(Prefix + "PORT", StringComparison.Ordinal);

    private void Apply(ConfigurationNode.Map root, string[] path, string value, Place place)
    {
        var leaf = new ConfigurationNode.Scalar(place, value.Length == 0 ? null : value, ScalarStyle.Plain);
        ConfigurationNode node = root;
        for (var depth = 0; depth < path.Length; depth++)
        {
            ConfigurationNode fresh = depth == path.Length - 1 ? leaf
                : IsIndex(path[depth + 1]) ? new ConfigurationNode.List(place)
                : new ConfigurationNode.Map(place);
            var next = node switch
            {
                ConfigurationNode.Map map => InMap(map, path[depth], fresh, place),
                ConfigurationNode.List list => InList(list, path, depth, fresh, place),
                _ => null,
            };
            if (next is null)
            {
                return;
            }

            node = next;
        }
    }

    private static bool IsIndex(string part) => part.Length is > 0 and <= MaxIndexDigits && part.All(char.IsAsciiDigit);

    /// <summary>Takes the value that is there when it can hold what follows, and puts the fresh one in its place otherwise.</summary>
    private static ConfigurationNode InMap(ConfigurationNode.Map map, string name, ConfigurationNode fresh, Place place)
    {
        var comparison = place.IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var index = map.Entries.FindIndex(entry => entry.Name.Equals(name, comparison));
        if (index < 0)
        {
            map.Entries.Add(new ConfigurationNode.Entry(name, place, fresh));
            return fresh;
        }

        var entry = map.Entries[index];
        if (fresh is not ConfigurationNode.Scalar && entry.Value is not ConfigurationNode.Scalar)
        {
            return entry.Value;
        }

        map.Entries[index] = entry with { Place = place, Value = fresh };
        return fresh;
    }

    private ConfigurationNode? InList(ConfigurationNode.List list, string[] path, int depth, ConfigurationNode fresh, Place place)
    {
        var field = string.Join('.', path.Take(depth));
        if (!IsIndex(path[depth]) || int.Parse(path[depth], CultureInfo.InvariantCulture) is var index && index > list.Items.Count)
        {
            errors.Add(place, field, $"is a list of {list.Items.Count}; write a number from 0 to {list.Items.Count} instead of {path[depth]}");
            return null;
        }

        if (index == list.Items.Count)
        {
            list.Items.Add(fresh);
            return fresh;
        }

        if (fresh is not ConfigurationNode.Scalar && list.Items[index] is not ConfigurationNode.Scalar)
        {
            return list.Items[index];
        }

        list.Items[index] = fresh;
        return fresh;
    }
}
