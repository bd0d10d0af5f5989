using System.CommandLine;

namespace SecretProviders.Load.Serving;

/// <summary><c>serve</c>: serves secrets whose content tells when it was made, and changes them on command.</summary>
internal static class ServeCommand
{
    private const int DefaultSize = 900;

    public static Command Build()
    {
        var unix = new Option<string>("--unix") { Description = "The absolute path of the socket that serves SDS.", Required = true };
        var control = new Option<string>("--control") { Description = "The absolute path of the socket that takes commands.", Required = true };
        var secrets = new Option<int>("--secrets") { Description = "How many secrets there are: secret-0 and on.", DefaultValueFactory = static _ => 1000 };
        var size = new Option<int>("--size") { Description = "The size of each in bytes.", DefaultValueFactory = static _ => DefaultSize };
        var command = new Command("serve", "Serve generic secrets from memory until SIGTERM.") { unix, control, secrets, size };
        command.SetAction((parsed, cancellationToken) => LoadServer.RunAsync(
            parsed.GetRequiredValue(unix),
            parsed.GetRequiredValue(control),
            parsed.GetValue(secrets),
            parsed.GetValue(size),
            cancellationToken));
        return command;
    }
}
