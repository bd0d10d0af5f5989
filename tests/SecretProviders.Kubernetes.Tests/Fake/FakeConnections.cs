using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>The connections to the fake, below TLS: breaks them, and lets no new one in while the server is down.</summary>
internal sealed class FakeConnections
{
    private readonly ConcurrentDictionary<ConnectionContext, bool> _open = new();
    private volatile bool _down;
    private int _attempts;

    /// <summary>Gets how often somebody connected, in vain or not.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>Breaks everything, as a killed server does, and refuses to be connected to.</summary>
    public void GoDown()
    {
        _down = true;
        BreakAll();
    }

    public void ComeBack() => _down = false;

    /// <summary>Breaks all connections; new ones are welcome.</summary>
    public void BreakAll()
    {
        foreach (var connection in _open.Keys)
        {
            connection.Abort();
        }
    }

    public ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        Interlocked.Increment(ref _attempts);
        _open[connection] = true;
        try
        {
            // Looked at after it is in the table, so that none slips through while the server goes down.
            if (_down)
            {
                connection.Abort();
                return;
            }

            await next(connection);
        }
        finally
        {
            _open.TryRemove(connection, out _);
        }
    };
}
