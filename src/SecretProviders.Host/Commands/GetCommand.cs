using System.CommandLine;
using SecretProviders.Host.Output;

namespace SecretProviders.Host.Commands;

/// <summary><c>get NAME</c>: what is known of one name now.</summary>
internal sealed class GetCommand(CommonOptions options, CommandEnvironment environment)
{
    private readonly Argument<string> _name = new("NAME") { Description = "The secret's name." };

    public Command Build()
    {
        var command = new Command("get", "Print one secret: its state, or with --reveal its content.") { _name, options.Json, options.Reveal, options.Timeout, options.Server, options.Mint };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var reader = await ReaderSelection.OpenAsync(options, parsed, environment, cancellationToken);
        var view = await reader.GetAsync(parsed.GetRequiredValue(_name), parsed.GetValue(options.Reveal), parsed.GetValue(options.Timeout), cancellationToken);
        new ResultWriter(environment, parsed.GetValue(options.Json)).WriteSecret(view);
        return view.Status == SecretStatus.Available ? ExitCode.Done : ExitCode.NotAvailable;
    }
}
