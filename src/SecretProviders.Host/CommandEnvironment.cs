using System.Collections;
using SecretProviders.Host.Output;

namespace SecretProviders.Host;

/// <summary>All that a command takes from the process around it, so that tests run commands in their own.</summary>
/// <param name="Output">Takes results.</param>
/// <param name="Error">Takes everything else.</param>
/// <param name="Variables">The environment's variables.</param>
/// <param name="Folder">The current folder.</param>
/// <param name="Time">The clock.</param>
internal sealed record CommandEnvironment(
    TextWriter Output,
    TextWriter Error,
    IReadOnlyDictionary<string, string> Variables,
    string Folder,
    TimeProvider Time)
{
    /// <summary>Gets a value indicating whether a person watches stderr, so that colour helps.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Takes everything from this process.</summary>
    public static CommandEnvironment OfProcess()
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(static entry => (string)entry.Key, static entry => (string?)entry.Value ?? string.Empty, StringComparer.Ordinal);
        return new CommandEnvironment(Console.Out, new PatientWriter(Console.Error), variables, Environment.CurrentDirectory, TimeProvider.System)
        {
            // https://no-color.org: any value switches colour off.
            IsTerminal = !Console.IsErrorRedirected && variables.GetValueOrDefault("NO_COLOR") is null or "",
        };
    }
}
