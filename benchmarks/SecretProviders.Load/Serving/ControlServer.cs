using System.Net.Sockets;
using System.Text;

namespace SecretProviders.Load.Serving;

/// <summary>Takes commands on a Unix socket, a line each.</summary>
internal static class ControlServer
{
    /// <summary>Answers until cancelled. The socket gets its name when it has answered once, so that this code is compiled too.</summary>
    public static async Task RunAsync(string path, ControlCommands commands, CancellationToken cancellationToken)
    {
        var unnamed = $"{path}.new";
        File.Delete(unnamed);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(unnamed));
        listener.Listen();
        var accepting = AcceptAsync(listener, commands, cancellationToken);
        await AskAsync(unnamed, "stats");
        File.Move(unnamed, path, overwrite: true);
        await accepting;
        File.Delete(path);
    }

    private static async Task AcceptAsync(Socket listener, ControlCommands commands, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await listener.AcceptAsync(cancellationToken), commands);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    private static async Task AskAsync(string path, string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\n"));
        using var reader = new StreamReader(stream);
        await reader.ReadLineAsync();
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
