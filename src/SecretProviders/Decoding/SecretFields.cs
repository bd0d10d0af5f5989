using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>
/// One stored secret as the store has it: named fields in the store's order, or one value without a name. Immutable;
/// the values are shared, not copied.
/// </summary>
public sealed class SecretFields
{
    private const string NoName = "";

    /// <summary>Takes named fields.</summary>
    /// <param name="fields">The values by field name, each name once; may be none.</param>
    /// <param name="place">Where they are stored, for messages: a path, a namespace and a name.</param>
    /// <exception cref="ArgumentException">A name is empty or comes twice.</exception>
    public SecretFields(IEnumerable<KeyValuePair<string, SensitiveBytes>> fields, string place)
        : this([.. fields], place)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (!Fields.All(field => field.Key.Length > 0 && names.Add(field.Key)))
        {
            throw new ArgumentException("Every field needs a name of its own.", nameof(fields));
        }
    }

    private SecretFields(ImmutableArray<KeyValuePair<string, SensitiveBytes>> fields, string place)
    {
        Fields = fields;
        Place = place;
    }

    /// <summary>Gets where the fields are stored, for messages.</summary>
    public string Place { get; }

    /// <summary>Gets the fields in the store's order; one value without a name has the empty name.</summary>
    public ImmutableArray<KeyValuePair<string, SensitiveBytes>> Fields { get; }

    /// <summary>Gets a value indicating whether this is one value without a name.</summary>
    public bool IsSingle => Fields is [{ Key: NoName }];

    /// <summary>Takes one value without a name.</summary>
    /// <param name="value">The bytes.</param>
    /// <param name="place">Where they are stored, for messages.</param>
    public static SecretFields Single(SensitiveBytes value, string place) => new([KeyValuePair.Create(NoName, value)], place);

    /// <summary>Returns the place and the fields' names and lengths, and no content.</summary>
    public override string ToString() =>
        $"{Place} ({string.Join(", ", Fields.Select(static field => $"{(field.Key.Length == 0 ? "value" : field.Key)}: {field.Value.Length} bytes"))})";

    /// <summary>Finds a field's value, or null.</summary>
    internal SensitiveBytes? Find(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Key == name)
            {
                return field.Value;
            }
        }

        return null;
    }

    /// <summary>Names a field together with its place, for messages.</summary>
    internal string Where(string name) => name.Length == 0 ? Place : $"{Place}: {name}";
}
