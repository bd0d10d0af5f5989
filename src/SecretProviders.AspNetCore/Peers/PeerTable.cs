using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SecretProviders.AspNetCore.Peers;

/// <summary>Counts the connections and streams of every peer of one server. Holds only peers with a connection.</summary>
internal sealed class PeerTable
{
    private static readonly ConditionalWeakTable<KestrelServerOptions, PeerTable> Servers = [];
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PeerUse> _peers = new(StringComparer.Ordinal);
    private int _connections;

    /// <summary>Gets or sets what is granted.</summary>
    public SecretDiscoveryLimits Limits { get; set; } = new();

    /// <summary>Gets the number of connections that are open.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Gets the number of peers that are connected.</summary>
    public int Peers
    {
        get
        {
            lock (_gate)
            {
                return _peers.Count;
            }
        }
    }

    /// <summary>Gets the one table of a server, however many listeners it has.</summary>
    public static PeerTable Of(KestrelServerOptions server) => Servers.GetOrCreateValue(server);

    /// <summary>Counts a connection in.</summary>
    /// <param name="peer">Whose it is.</param>
    /// <param name="refusal">Why there is none, or null.</param>
    /// <returns>The connection, which its owner disposes; null when a limit is reached.</returns>
    public PeerConnection? TryConnect(string peer, out string? refusal)
    {
        lock (_gate)
        {
            var use = _peers.GetValueOrDefault(peer) ?? new PeerUse(peer);
            refusal = _connections >= Limits.MaxConnections ? $"the server has {Limits.MaxConnections} connections ({nameof(Limits.MaxConnections)})"
                : use.Connections >= Limits.MaxConnectionsPerPeer ? $"the peer has {Limits.MaxConnectionsPerPeer} connections ({nameof(Limits.MaxConnectionsPerPeer)})"
                : null;
            if (refusal is not null)
            {
                return null;
            }

            _connections++;
            use.Connections++;
            _peers[peer] = use;
            return new PeerConnection(this, use);
        }
    }

    internal void Disconnect(PeerUse use)
    {
        lock (_gate)
        {
            _connections--;
            if (--use.Connections == 0)
            {
                _peers.Remove(use.Peer);
            }
        }
    }
}
