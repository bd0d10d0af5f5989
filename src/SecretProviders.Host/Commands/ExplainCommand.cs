using System.CommandLine;
using SecretProviders.Host.Output;

namespace SecretProviders.Host.Commands;

/// <summary><c>explain NAME</c>: what every source says, what every gate says, who won and why.</summary>
internal sealed class ExplainCommand(CommonOptions options, CommandEnvironment environment)
{
    private readonly Argument<string> _name = new("NAME") { Description = "The secret's name." };

    public Command Build()
    {
        var command = new Command("explain", "Print what every source says of a secret, and why the winner won.") { _name, options.Json, options.Timeout, options.Server, options.Mint };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var reader = await ReaderSelection.OpenAsync(options, parsed, environment, cancellationToken);
        var explanation = await reader.ExplainAsync(parsed.GetRequiredValue(_name), parsed.GetValue(options.Timeout), cancellationToken);
        new ResultWriter(environment, parsed.GetValue(options.Json)).WriteExplanation(explanation);
        return explanation.Status == SecretStatus.Available ? ExitCode.Done : ExitCode.NotAvailable;
    }
}
