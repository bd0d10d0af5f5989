using System.CommandLine;
using System.Runtime.InteropServices;
using SecretProviders.Host.Configuration;
using SecretProviders.Host.Output;
using SecretProviders.Host.Serving;

namespace SecretProviders.Host.Commands;

/// <summary><c>serve</c>: the server, until told to stop.</summary>
internal sealed class ServeCommand(CommonOptions options, CommandEnvironment environment)
{
    public Command Build()
    {
        var command = new Command("serve", "Serve the secrets over SDS until interrupted (the default).");
        command.SetAction(RunAsync);
        return command;
    }

    public async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        try
        {
            await ServeAsync(parsed, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop before it had started: for a server that is no failure.
        }

        return ExitCode.Done;
    }

    private async Task ServeAsync(ParseResult parsed, CancellationToken stop)
    {
        var loader = options.Loader(parsed, environment);
        var text = loader.ReadText();
        var configuration = loader.Load(text);
        if (configuration.Server.Listeners.IsEmpty)
        {
            throw new SecretConfigurationException($"{loader.Name}: server.listeners: is missing, so nobody could connect; add - {{ unix: PATH }}");
        }

        if (loader.File is null)
        {
            EmbeddedDefault.PrepareFolder(environment.Variables);
        }

        var console = new ServeConsole(environment);
        await using var server = await SecretServer.StartAsync(loader, text, configuration, environment, console, stop);

        // Without a file there is nothing to load again, and the signal keeps its usual meaning: the terminal is gone.
        using var hangup = loader.File is null ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            server.Reloader?.Request();
        });
        Greet(loader, configuration, server, console);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stopping = stop.Register(stopped.SetResult);
        await stopped.Task;
        console.Note($"stopping: clients have {Quantities.ForPeople(configuration.Server.Drain)} to leave; a second signal ends at once");
        await server.DrainAsync();
    }

    private static void Greet(ConfigurationLoader loader, HostConfiguration configuration, SecretServer server, ServeConsole console)
    {
        console.Note($"serving {loader.Name}: {EventLine.Count(configuration.Sources.Length, "source")}, {EventLine.Count(configuration.Routes.Length, "route")}");
        console.Note($"SDS at {string.Join(" and ", server.Addresses)}");
        if (server.AdminAddress is { } admin)
        {
            console.Note($"admin at {admin}; try: secretproviders watch{(loader.File is null ? string.Empty : $" --server {admin}")}");
        }

        if (loader.File is null && configuration.Server.Listeners.OfType<ListenerConfiguration.UnixSocket>().FirstOrDefault() is { } socket)
        {
            console.Plain($"\nA development CA runs, since no configuration is given (--config FILE). An Envoy that uses it, as envoy.yaml:\n\n{EnvoyDemo.Text(socket.Path)}\n");
        }
    }
}
