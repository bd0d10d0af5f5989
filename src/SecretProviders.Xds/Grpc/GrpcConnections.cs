namespace SecretProviders.Xds.Grpc;

/// <summary>The connections of a channel on which the server has been heard. Safe for use by any number of threads.</summary>
internal sealed class GrpcConnections
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _connected = New();
    private readonly HashSet<GrpcConnection> _heard = [];

    /// <summary>Completes when there is one.</summary>
    public Task Connected
    {
        get
        {
            lock (_gate)
            {
                return _connected.Task;
            }
        }
    }

    public void Heard(GrpcConnection connection)
    {
        lock (_gate)
        {
            // It may have been cut since it was heard, and its loss told already.
            if (!connection.IsGone && _heard.Add(connection) && _heard.Count == 1)
            {
                _connected.TrySetResult();
            }
        }
    }

    public void Lost(GrpcConnection connection)
    {
        lock (_gate)
        {
            if (_heard.Remove(connection) && _heard.Count == 0)
            {
                _connected = New();
            }
        }
    }

    /// <summary>Cuts them all: every call on them ends.</summary>
    public void Cut()
    {
        GrpcConnection[] connections;
        lock (_gate)
        {
            connections = [.. _heard];
        }

        foreach (var connection in connections)
        {
            connection.Cut();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
