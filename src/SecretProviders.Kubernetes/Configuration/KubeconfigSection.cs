using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;

namespace SecretProviders.Kubernetes.Configuration;

/// <summary>One cluster, user or context of a kubeconfig, with the file that it stands in: paths are relative to it.</summary>
/// <param name="fields">What is written.</param>
/// <param name="file">The path of the file.</param>
/// <param name="what">What it is, for messages.</param>
internal sealed class KubeconfigSection(YamlNode.Map fields, string file, string what)
{
    /// <summary>Gets where it is, for messages.</summary>
    public string Place => $"'{file}', {what}";

    /// <summary>Makes a section in which nothing is written.</summary>
    public static KubeconfigSection Empty(string file, string what) => new(new YamlNode.Map(new Dictionary<string, YamlNode>()), file, what);

    /// <summary>Gets the same section, told as another place.</summary>
    public KubeconfigSection At(string path, string named) => new(fields, path, named);

    /// <summary>Gets the folder that relative paths start at.</summary>
    public string Folder => Path.GetDirectoryName(file) ?? ".";

    public bool Has(string name) => fields.Fields.TryGetValue(name, out var node) && node is not YamlNode.Scalar { Text: null };

    /// <summary>Gets a text, or null.</summary>
    public string? Text(string name) => !Has(name) ? null : fields.Fields[name] is YamlNode.Scalar scalar ? scalar.Text : throw Refuse(name, "must be a text");

    /// <summary>Gets a truth; false when it is not there.</summary>
    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw Refuse(name, "must be true or false"),
    };

    /// <summary>Gets a list of texts, empty when it is not there.</summary>
    public ImmutableArray<string> Texts(string name) => [.. Items(name).Select(item => item is YamlNode.Scalar { Text: { } text } ? text : throw Refuse(name, "must be a list of texts"))];

    /// <summary>Gets a list of maps, empty when it is not there.</summary>
    public ImmutableArray<KubeconfigSection> Sections(string name) =>
        [.. Items(name).Select(item => item is YamlNode.Map map ? new KubeconfigSection(map, file, $"{what}, {name}") : throw Refuse(name, "must be a list of maps"))];

    /// <summary>Gets a map, or null.</summary>
    public KubeconfigSection? Section(string name) => !Has(name) ? null
        : fields.Fields[name] is YamlNode.Map map ? new KubeconfigSection(map, file, $"{what}, {name}") : throw Refuse(name, "must be a map");

    /// <summary>Gets a path, made absolute.</summary>
    public string? FilePath(string name) => Text(name) is { Length: > 0 } path ? Path.GetFullPath(path, Path.GetFullPath(Folder)) : null;

    /// <summary>Gets PEM that is written here in base64 under a name that ends in <c>-data</c>, or lies in a file.</summary>
    public PemSource? Pem(string name)
    {
        if (Text(name + "-data") is { Length: > 0 } data)
        {
            return PemSource.Written(Decode(data, name + "-data"), $"{name}-data of {Place}");
        }

        return FilePath(name) is { } path ? PemSource.FromFile(path) : null;
    }

    /// <summary>Makes an error about a field.</summary>
    public SecretConfigurationException Refuse(string name, string remedy) => new($"{Place}: {name} {remedy}.");

    private ImmutableArray<YamlNode> Items(string name) => !Has(name) ? []
        : fields.Fields[name] is YamlNode.List list ? list.Items : throw Refuse(name, "must be a list");

    private SensitiveBytes Decode(string base64, string name)
    {
        var text = Encoding.UTF8.GetBytes(base64);
        return Base64.IsValid(text, out var length)
            ? SensitiveBytes.Create(length, text, static (bytes, from) => Base64.DecodeFromUtf8(from, bytes, out _, out _))
            : throw Refuse(name, "is not base64; write the PEM in base64, or a path without -data");
    }
}
