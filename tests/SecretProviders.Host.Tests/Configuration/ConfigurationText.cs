using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Tests.Configuration;

/// <summary>Loads configuration texts as files of a folder of their own.</summary>
internal sealed class ConfigurationText : IDisposable
{
    /// <summary>A source and a route, to which tests append.</summary>
    public const string Files = "sources:\n  files: { type: fileSystem, path: ./certs }\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("secretproviders-");

    public string Folder => _folder.FullName;

    public Dictionary<string, string> Variables { get; } = [];

    public List<string> Settings { get; } = [];

    public static string[] Errors(string text, string file = "host.yaml")
    {
        using var configuration = new ConfigurationText();
        return configuration.LoadErrors(text, file);
    }

    public static HostConfiguration Parse(string text, string file = "host.yaml")
    {
        using var configuration = new ConfigurationText();
        return configuration.Load(text, file);
    }

    public HostConfiguration Load(string text, string file = "host.yaml")
    {
        File.WriteAllText(Path.Combine(Folder, file), text);
        return new ConfigurationLoader(file, [.. Settings], Variables, Folder).Load();
    }

    public string[] LoadErrors(string text, string file = "host.yaml") =>
        [.. Assert.Throws<SecretConfigurationException>(() => Load(text, file)).Errors];

    public void Dispose() => _folder.Delete(recursive: true);
}
