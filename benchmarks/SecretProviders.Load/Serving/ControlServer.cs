using System.Net.Sockets;
using System.Text;

namespace SecretProviders.Load.Serving;

/// <summary>Takes commands on a Unix socket, a line each.</summary>
internal static class ControlServer
{
    public static async Task RunAsync(string path, ControlCommands commands, CancellationToken cancellationToken)
    {
        File.Delete(path);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        try
        {
            while (true)
            {
                _ = AnswerAsync(await listener.AcceptAsync(cancellationToken), commands);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            File.Delete(path);
        }
    }

    private static async Task AnswerAsync(Socket client, ControlCommands commands)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        using var reader = new StreamReader(stream);
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(commands.Answer(line) + "\n"));
            }
        }
        catch (IOException)
        {
            // The client has left in the middle of a line.
        }
    }
}
