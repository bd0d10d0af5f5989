using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SecretProviders.Kubernetes.Configuration.Exec;

/// <summary>Runs a plugin once: without a terminal, with a time limit for it and all that it starts, and with little room for its output.</summary>
internal static class ExecRun
{
    private const int LongestOutput = 1024 * 1024;
    private const string InfoVariable = "KUBERNETES_EXEC_INFO";

    /// <summary>Runs it.</summary>
    /// <exception cref="SecretSourceException">It is not there, failed, hung, or wrote no credential.</exception>
    public static async Task<(Proof Proof, DateTimeOffset? Expiration)> RunAsync(
        ExecPlugin plugin, TimeSpan patience, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var process = Start(plugin);
        using var limit = new CancellationTokenSource(patience, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var output = new byte[LongestOutput + 1];
        var errors = Task.CompletedTask;
        try
        {
            process.StandardInput.Close();
            errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, either.Token);
            var length = await process.StandardOutput.BaseStream.ReadAtLeastAsync(output, output.Length, throwOnEndOfStream: false, either.Token).ConfigureAwait(false);
            if (length > LongestOutput)
            {
                throw Fail(plugin, $"wrote more than {LongestOutput} bytes");
            }

            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
            return process.ExitCode == 0
                ? ExecReader.Read(output.AsSpan(0, length), plugin)
                : throw Fail(plugin, $"ended with exit code {process.ExitCode}; run it by hand and see");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Fail(plugin, $"did not end within {patience} and was stopped; see whether it waits for somebody or for the network");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(output);
            End(process);
            await either.CancelAsync().ConfigureAwait(false);
            await errors.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Process Start(ExecPlugin plugin)
    {
        var start = new ProcessStartInfo(plugin.Command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in plugin.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in plugin.Variables)
        {
            start.Environment[name] = value;
        }

        var info = new ExecMessage { ApiVersion = plugin.ApiVersion, Kind = "ExecCredential", Spec = new ExecSpec { Cluster = plugin.Cluster } };
        start.Environment[InfoVariable] = Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(info, ExecJson.Default.ExecMessage));
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
        {
            throw Fail(plugin, $"cannot be started: {exception.Message}{(plugin.InstallHint is null ? "" : $" {plugin.InstallHint}")}");
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself, or will not: there is no more to be done.
        }
    }

    private static SecretSourceException Fail(ExecPlugin plugin, string what) =>
        new(SecretErrorCode.Unavailable, $"The credential plugin '{plugin.Command}' ({plugin.Place}) {what}.");
}
