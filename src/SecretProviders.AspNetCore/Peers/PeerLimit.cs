using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace SecretProviders.AspNetCore.Peers;

/// <summary>The first thing that a new connection meets: it is counted, or ended before a byte of it is read.</summary>
internal sealed partial class PeerLimit(PeerTable table, PeerCauses causes, ILogger<PeerLimit> logger)
{
    /// <summary>Serves one connection.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var peer = PeerName.Of(connection);
        using var counted = table.TryConnect(peer, out var refusal);
        if (counted is null)
        {
            if (causes.IsNews(peer, refusal!))
            {
                ConnectionRefused(logger, peer, refusal!);
            }

            connection.Abort(new ConnectionAbortedException($"Refused: {refusal}."));
            return;
        }

        counted.AddTo(connection.Items);
        await next(connection).ConfigureAwait(false);
    }
}
