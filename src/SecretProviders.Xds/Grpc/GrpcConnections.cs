namespace SecretProviders.Xds.Grpc;

/// <summary>Counts the connections of a channel on which the server has been heard. Safe for use by any number of threads.</summary>
internal sealed class GrpcConnections
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _connected = New();
    private int _heard;

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

    public void Heard()
    {
        lock (_gate)
        {
            if (++_heard == 1)
            {
                _connected.TrySetResult();
            }
        }
    }

    public void Lost()
    {
        lock (_gate)
        {
            if (--_heard == 0)
            {
                _connected = New();
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
