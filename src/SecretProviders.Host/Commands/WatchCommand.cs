using System.CommandLine;
using SecretProviders.Host.Admin;
using SecretProviders.Host.Output;

namespace SecretProviders.Host.Commands;

/// <summary><c>watch [NAME…]</c>: every change, until interrupted.</summary>
internal sealed class WatchCommand(CommonOptions options, CommandEnvironment environment)
{
    private readonly Argument<string[]> _names = new("NAME")
    {
        Description = "The secrets' names; without any, those that are known when the watch begins.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public Command Build()
    {
        var command = new Command("watch", "Print each change of secrets until interrupted.") { _names, options.Json, options.Reveal, options.Timeout, options.Server, options.Mint };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var reader = await ReaderSelection.OpenAsync(options, parsed, environment, cancellationToken);
        var writer = new ResultWriter(environment, parsed.GetValue(options.Json));
        await foreach (var view in reader.WatchAsync([.. parsed.GetValue(_names) ?? []], parsed.GetValue(options.Reveal), cancellationToken))
        {
            writer.WriteEvent(view);
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new ServerUnreachableException("the server ended the watch; it was probably stopped");
    }
}
