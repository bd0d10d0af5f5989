using System.CommandLine;
using SecretProviders.Host.Output;
using SecretProviders.Host.Serving;

namespace SecretProviders.Host.Commands;

/// <summary><c>check</c>: judges the configuration, then asks the sources for every name that a route gives in full.</summary>
internal sealed class CheckCommand(CommonOptions options, CommandEnvironment environment)
{
    public Command Build()
    {
        var command = new Command("check", "Check the configuration, and that every fully named secret can be read.") { options.Json, options.Timeout };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var loader = options.Loader(parsed, environment);
        var configuration = loader.Load();
        await using var reader = await ConfiguredProvider.OpenReaderAsync(configuration, environment, mint: false, cancellationToken);
        environment.Error.WriteLine($"{loader.Name}: no mistakes; {EventLine.Count(configuration.Sources.Length, "source")}, {EventLine.Count(configuration.Routes.Length, "route")}");
        var timeout = parsed.GetValue(options.Timeout);
        var views = await Task.WhenAll(configuration.StaticNames.Select(name => reader.GetAsync(name, reveal: false, timeout, cancellationToken)));
        var unread = views.Count(IsUnminted);
        var writer = new ResultWriter(environment, parsed.GetValue(options.Json));
        foreach (var view in views.Where(static view => !IsUnminted(view)))
        {
            writer.WriteEvent(view);
        }

        if (unread > 0)
        {
            environment.Error.WriteLine($"{EventLine.Count(unread, "secret")} would be created by reading, so nothing was read");
        }

        var patterns = configuration.Routes.Count(static route => !route.IsStatic);
        if (patterns > 0)
        {
            environment.Error.WriteLine($"{EventLine.Count(patterns, "route")} with a pattern: the names are known only when clients ask, so nothing was read");
        }

        return views.All(static view => view.Status == SecretStatus.Available || IsUnminted(view)) ? ExitCode.Done : ExitCode.NotAvailable;
    }

    private static bool IsUnminted(SecretView view) =>
        view.Problem?.Contains(UnmintedSource.Remedy, StringComparison.Ordinal) == true;
}
