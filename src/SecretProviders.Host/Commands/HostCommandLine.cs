using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using SecretProviders.Host.Admin;

namespace SecretProviders.Host.Commands;

/// <summary>The whole command line: parses, runs one command, and turns how it ended into an exit code.</summary>
internal static class HostCommandLine
{
    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="environment">What the command takes from the process.</param>
    /// <param name="interrupted">Ends the command.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandEnvironment environment, CancellationToken interrupted)
    {
        // A name may begin with @, which would otherwise read a file of arguments.
        var parsed = Build(environment).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                environment.Error.WriteLine($"secretproviders: {error.Message}");
            }

            environment.Error.WriteLine("secretproviders: try --help");
            return ExitCode.Configuration;
        }

        try
        {
            var invocation = new InvocationConfiguration
            {
                Output = environment.Output,
                Error = environment.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation, interrupted);
        }
        catch (SecretConfigurationException exception)
        {
            foreach (var error in exception.Errors)
            {
                environment.Error.WriteLine(error);
            }

            return ExitCode.Configuration;
        }
        catch (SecretLimitException exception)
        {
            environment.Error.WriteLine($"secretproviders: {exception.Message}");
            return ExitCode.Configuration;
        }
        catch (ServerUnreachableException exception)
        {
            environment.Error.WriteLine($"secretproviders: {exception.Message}");
            return ExitCode.Unreachable;
        }
        catch (IOException exception)
        {
            environment.Error.WriteLine($"secretproviders: the result cannot be written: {exception.Message}");
            return ExitCode.NotAvailable;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    private static Command Build(CommandEnvironment environment)
    {
        var options = new CommonOptions();
        var serve = new ServeCommand(options, environment);
        var root = new Command("secretproviders", "Serves secrets from many sources to Envoy and others over the Secret Discovery Service (SDS).")
        {
            new HelpOption(),
            new VersionOption(),
            serve.Build(),
            new CheckCommand(options, environment).Build(),
            new GetCommand(options, environment).Build(),
            new WatchCommand(options, environment).Build(),
            new ExplainCommand(options, environment).Build(),
            AuditCommand.Build(),
        };
        root.Options.Add(options.Config);
        root.Options.Add(options.Set);
        root.SetAction(serve.RunAsync);
        return root;
    }
}
