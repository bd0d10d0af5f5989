using SecretProviders.Xds.Grpc;

namespace SecretProviders.Sds;

/// <summary>A server, with the channel to it, its signs of life and the line before it, which all streams share.</summary>
internal sealed class UpstreamServer : IDisposable
{
    private const int OpenedAtOnce = 32;

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Makes a server.</summary>
    /// <param name="address">The address as it was configured.</param>
    /// <param name="channel">The channel; disposed with this.</param>
    /// <param name="timeout">How long the server may take to show that it is there still.</param>
    /// <param name="timeProvider">The clock.</param>
    public UpstreamServer(string address, GrpcChannel channel, TimeSpan timeout, TimeProvider timeProvider)
    {
        var stopping = _stopping.Token;
        Address = address;
        Channel = channel;
        Probe = new SharedProbe(() => channel.ProbeAsync(timeout, stopping), timeProvider);
    }

    public string Address { get; }

    public GrpcChannel Channel { get; }

    public SharedProbe Probe { get; }

    public OpeningLine Line { get; } = new(OpenedAtOnce);

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        Channel.Dispose();
    }
}
