using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;

namespace SecretProviders.Load.Comparing;

/// <summary>One run: a fresh server, a fresh client, one report.</summary>
internal static class LoadRun
{
    private const string SecretSize = "900";
    private const string PauseBetweenRounds = "100ms";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    /// <summary>Runs one case against one server.</summary>
    /// <exception cref="InvalidOperationException">The run cannot be counted.</exception>
    public static async Task<RunResult> RunAsync(Setup setup, LoadCase load, string client, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("sds-load-");
        var unix = Path.Combine(folder.FullName, "sds.sock");
        var control = Path.Combine(folder.FullName, "control.sock");
        var dash = setup.IsOurs ? "--" : "-";
        using var server = Start(setup.Program, setup.Environment, quiet: true,
            [.. setup.Arguments, $"{dash}unix={unix}", $"{dash}control={control}", $"{dash}secrets={Text(load.Secrets)}", $"{dash}size={SecretSize}"]);
        try
        {
            await WaitUntilReadyAsync(server, control, cancellationToken);
            return await MeasureAsync(server, load, client, unix, control, cancellationToken);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None);
            folder.Delete(recursive: true);
        }
    }

    private static async Task<RunResult> MeasureAsync(Process server, LoadCase load, string client, string unix, string control, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "-json", $"-addr={unix}", $"-control={control}", $"-server-pid={Text(server.Id)}", $"-interval={PauseBetweenRounds}",
            $"-streams={Text(load.Streams)}", $"-secrets={Text(load.Secrets)}", $"-rounds={Text(load.Rounds)}",
            $"-touch={(load.Change == Change.All ? "all" : "secret-0")}", $"-delta={(load.Variant == Variant.Delta ? "true" : "false")}",
        ];
        using var run = Start(client, [], quiet: false, arguments);
        var output = await run.StandardOutput.ReadToEndAsync(cancellationToken);
        await run.WaitForExitAsync(cancellationToken);
        var result = output.Length == 0 ? null : JsonSerializer.Deserialize(output, RunResultJson.Default.RunResult);
        return run.ExitCode == 0 && result is { Missing: 0, StreamErrors: 0 }
            ? result
            : throw new InvalidOperationException($"{load}: the client ended with {run.ExitCode}, {result?.Missing} updates missing, {result?.StreamErrors} streams lost: {result?.FirstError}");
    }

    private static Process Start(string program, Dictionary<string, string> environment, bool quiet, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = quiet };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start.");
    }

    private static async Task WaitUntilReadyAsync(Process server, string control, CancellationToken cancellationToken)
    {
        var started = Stopwatch.StartNew();
        while (!CanConnect(control))
        {
            if (server.HasExited || started.Elapsed > Patience)
            {
                throw new InvalidOperationException($"{server.StartInfo.FileName} does not get ready: {(server.HasExited ? await server.StandardError.ReadToEndAsync(cancellationToken) : "no control socket")}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
        }

        await Task.Delay(Settling, cancellationToken);
    }

    private static bool CanConnect(string control)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(control));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
