using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace SecretProviders.AspNetCore.Peers;

/// <summary>One connection that is counted. Disposal counts it out.</summary>
internal sealed class PeerConnection(PeerTable table, PeerUse use) : IDisposable
{
    private static readonly object Key = new();

    /// <summary>Gets how many streams the peer may have open.</summary>
    public int MaxStreams => table.Limits.MaxStreamsPerPeer;

    /// <summary>Finds the connection of a request; null on a listener without limits.</summary>
    public static PeerConnection? Of(IFeatureCollection features) =>
        features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(Key, out var connection) == true ? connection as PeerConnection : null;

    /// <summary>Lets requests on the connection find it.</summary>
    public void AddTo(IDictionary<object, object?> items) => items[Key] = this;

    /// <summary>Counts a stream in, unless the peer has too many.</summary>
    public bool TryOpenStream() => use.TryOpenStream(MaxStreams);

    /// <summary>Counts a stream out.</summary>
    public void CloseStream() => use.CloseStream();

    public void Dispose() => table.Disconnect(use);
}
