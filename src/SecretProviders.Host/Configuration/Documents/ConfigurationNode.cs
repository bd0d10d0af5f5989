namespace SecretProviders.Host.Configuration;

/// <summary>One value of a configuration document with the place it was written at. YAML and JSON become the same tree.</summary>
internal abstract class ConfigurationNode(Place place)
{
    public Place Place { get; } = place;

    /// <summary>Gets what a person calls this sort of value.</summary>
    public abstract string Sort { get; }

    /// <summary>Compares content, places aside; the order of a map's entries does not matter.</summary>
    public static bool ContentEquals(ConfigurationNode? left, ConfigurationNode? right) => (left, right) switch
    {
        (null, null) => true,
        (Scalar a, Scalar b) => a.Text == b.Text,
        (List a, List b) => a.Items.Count == b.Items.Count && a.Items.Zip(b.Items).All(static pair => ContentEquals(pair.First, pair.Second)),
        (Map a, Map b) => a.Entries.Count == b.Entries.Count && a.Entries.All(entry => ContentEquals(entry.Value, b.Find(entry.Name)?.Value)),
        _ => false,
    };

    /// <summary>A single value; typed only when somebody asks for it as a type.</summary>
    /// <param name="place">Where it was written.</param>
    /// <param name="text">Its text; null for an explicit or implied null.</param>
    /// <param name="style">How it was written, which limits what it may be read as.</param>
    public sealed class Scalar(Place place, string? text, ScalarStyle style) : ConfigurationNode(place)
    {
        public string? Text { get; } = text;

        public ScalarStyle Style { get; } = style;

        public override string Sort => Style switch
        {
            ScalarStyle.Number => "a number",
            ScalarStyle.Boolean => "true or false",
            _ => "a text",
        };
    }

    public sealed class List(Place place) : ConfigurationNode(place)
    {
        public List<ConfigurationNode> Items { get; } = [];

        public override string Sort => "a list";
    }

    public sealed class Map(Place place) : ConfigurationNode(place)
    {
        public List<Entry> Entries { get; } = [];

        public override string Sort => "a map";

        /// <summary>Finds an entry by name; only an entry from the environment may differ in case.</summary>
        public Entry? Find(string name) =>
            Entries.Find(entry => entry.Name == name)
            ?? Entries.Find(entry => entry.Place.IgnoresCase && entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>One named value of a map.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Place">Where the name was written.</param>
    /// <param name="Value">The value.</param>
    public sealed record Entry(string Name, Place Place, ConfigurationNode Value);
}
