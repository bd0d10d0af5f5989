namespace SecretProviders.Host.Configuration;

/// <summary>What runs with no configuration at all: a development CA that a newcomer can see rotate within a minute.</summary>
internal static class EmbeddedDefault
{
    public const string Name = "(embedded default)";

    /// <summary>Makes the configuration's text, which goes the way of any file.</summary>
    /// <param name="variables">The environment, which says where the user's own folder is.</param>
    /// <exception cref="SecretConfigurationException">The user has no folder of their own.</exception>
    public static string Text(IReadOnlyDictionary<string, string> variables)
    {
        var folder = RuntimeFolder(variables).Replace("'", "''", StringComparison.Ordinal);
        return $$"""
            server:
              listeners:
                - { unix: '{{folder}}/sds.sock' }
                - { address: 127.0.0.1:8234 }
              admin: { unix: '{{folder}}/admin.sock' }
            sources:
              dev-ca: { type: developmentCa, lifetime: 1h, rotateEvery: 30s }
            secrets:
              - { name: ca, kind: validationContext, from: [ { source: dev-ca } ] }
              - { name: default, kind: tlsCertificate, chainsTo: [ ca ], from: [ { source: dev-ca } ] }
              - { name: "{dns}", kind: tlsCertificate, chainsTo: [ ca ], from: [ { source: dev-ca } ] }
            """;
    }

    /// <summary>Makes the folder of the sockets, for the user alone.</summary>
    /// <param name="variables">The environment.</param>
    /// <exception cref="SecretConfigurationException">The folder cannot be made.</exception>
    public static void PrepareFolder(IReadOnlyDictionary<string, string> variables)
    {
        var folder = RuntimeFolder(variables);
        try
        {
            Directory.CreateDirectory(folder);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SecretConfigurationException($"the folder {folder} for the sockets cannot be made: {exception.Message} Set XDG_RUNTIME_DIR, or give a file with --config.");
        }
    }

    // A fixed name under the shared temporary folder could be made by somebody else first; these two belong to the user.
    private static string RuntimeFolder(IReadOnlyDictionary<string, string> variables)
    {
        var (parent, rest) = variables.GetValueOrDefault("XDG_RUNTIME_DIR") is { Length: > 0 } runtime ? (runtime, "secretproviders")
            : variables.GetValueOrDefault("HOME") is { Length: > 0 } home ? (home, ".local/state/secretproviders")
            : (string.Empty, string.Empty);
        return Path.IsPathFullyQualified(parent)
            ? Path.Combine(parent, rest)
            : throw new SecretConfigurationException(
                "neither XDG_RUNTIME_DIR nor HOME names a folder for the sockets of the embedded default; set XDG_RUNTIME_DIR, or give a file with --config");
    }
}
