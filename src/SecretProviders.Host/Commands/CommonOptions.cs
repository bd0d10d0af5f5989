using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Commands;

/// <summary>The options that several commands share.</summary>
internal sealed class CommonOptions
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(24);

    public Option<string?> Config { get; } = new("--config", "-c")
    {
        Description = $"The configuration file, YAML or JSON; else {ConfigurationOverrides.FileVariable}, else an embedded development CA.",
        HelpName = "FILE",
        Recursive = true,
    };

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "Overrides one setting, such as --set server.drain=20s. May be repeated.",
        HelpName = "a.b.c=VALUE",
        Recursive = true,
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object per line." };

    public Option<bool> Reveal { get; } = new("--reveal") { Description = "Print the content, private keys included." };

    public Option<bool> Mint { get; } = new("--mint") { Description = "When the sources are asked from here, also read what reading creates, such as a certificate to be issued." };

    public Option<string?> Server { get; } = new("--server")
    {
        Description = "Ask the server at this admin address (unix:PATH or IP:PORT) and no other; no configuration is read.",
        HelpName = "ADDRESS",
    };

    public Option<TimeSpan> Timeout { get; } = new("--timeout")
    {
        Description = "How long to wait for an answer; 10s when it is not given.",
        HelpName = "DURATION",
        DefaultValueFactory = static _ => DefaultTimeout,
        CustomParser = ParseDuration,
    };

    /// <summary>Makes the loader that the options describe.</summary>
    public ConfigurationLoader Loader(ParseResult parsed, CommandEnvironment environment)
    {
        var file = parsed.GetValue(Config) ?? environment.Variables.GetValueOrDefault(ConfigurationOverrides.FileVariable);
        return new ConfigurationLoader(
            string.IsNullOrEmpty(file) ? null : file,
            [.. parsed.GetValue(Set) ?? []],
            environment.Variables,
            environment.Folder);
    }

    /// <summary>Reads <c>--server</c>, or null when it is not given.</summary>
    /// <exception cref="SecretConfigurationException">It is no address.</exception>
    public ListenerConfiguration? ServerOf(ParseResult parsed, CommandEnvironment environment)
    {
        var place = new Place("--server", 0, environment.Folder);
        return parsed.GetValue(Server) switch
        {
            null => null,
            ['u', 'n', 'i', 'x', ':', .. { Length: > 0 } path] => new ListenerConfiguration.UnixSocket(place, Path.GetFullPath(path, environment.Folder), UnixFileMode.None, null),
            var address when ListenerBinder.TryEndPoint(address, out var endPoint) => new ListenerConfiguration.Tcp(place, endPoint),
            var other => throw new SecretConfigurationException($"--server: is \"{other}\"; write unix:PATH, or an IP address and a port"),
        };
    }

    private static TimeSpan ParseDuration(ArgumentResult argument)
    {
        var text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : string.Empty;
        if (!Quantities.TryDuration(text, out var duration) || duration > MaxTimeout)
        {
            argument.AddError($"--timeout: is \"{text}\"; write {Quantities.DurationHint}, at most 24h");
        }

        return duration;
    }
}
