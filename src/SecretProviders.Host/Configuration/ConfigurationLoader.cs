using System.Collections.Immutable;

namespace SecretProviders.Host.Configuration;

/// <summary>Loads the configuration, again and again with the same overrides: file, environment, switches, in that order.</summary>
/// <param name="file">The file, or null for the embedded default.</param>
/// <param name="settings">The texts of <c>--set</c>.</param>
/// <param name="variables">The environment.</param>
/// <param name="folder">What relative paths outside the file are relative to.</param>
internal sealed class ConfigurationLoader(string? file, ImmutableArray<string> settings, IReadOnlyDictionary<string, string> variables, string folder)
{
    /// <summary>Gets the file as the user wrote it, or null for the embedded default.</summary>
    public string? File { get; } = file;

    /// <summary>Gets what to call the configuration in messages.</summary>
    public string Name => File ?? EmbeddedDefault.Name;

    /// <summary>Reads the text that would be loaded now.</summary>
    /// <exception cref="SecretConfigurationException">The file cannot be read.</exception>
    public string ReadText()
    {
        if (File is null)
        {
            return EmbeddedDefault.Text(variables);
        }

        try
        {
            return System.IO.File.ReadAllText(Path.Combine(folder, File));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SecretConfigurationException($"{File}: cannot be read: {exception.Message} Name another file with --config or {ConfigurationOverrides.FileVariable}.");
        }
    }

    /// <summary>Reads, overrides and judges.</summary>
    /// <exception cref="SecretConfigurationException">There are mistakes; all are listed.</exception>
    public HostConfiguration Load() => Load(ReadText());

    /// <summary>Overrides and judges a text that was read before.</summary>
    /// <exception cref="SecretConfigurationException">There are mistakes; all are listed.</exception>
    public HostConfiguration Load(string text)
    {
        var errors = new ConfigurationErrors();
        var document = ConfigurationDocument.Read(text, Name, folder, errors);
        errors.ThrowIfAny();
        var overrides = new ConfigurationOverrides(folder, errors);
        overrides.ApplyEnvironment(document, variables);
        overrides.ApplySwitches(document, settings);
        var configuration = HostBinder.Bind(document, errors);
        errors.ThrowIfAny();
        return configuration;
    }
}
