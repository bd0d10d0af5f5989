using System.Diagnostics.Metrics;

namespace SecretProviders.Xds.Sds;

/// <summary>What the sessions of one server count, on the meter <c>SecretProviders</c>. No tag names a secret or a peer.</summary>
internal sealed class SecretDiscoveryMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _overdue;

    /// <summary>Makes the instruments.</summary>
    /// <param name="scope">The provider that is served, or null for sessions of several.</param>
    public SecretDiscoveryMetrics(ISecretProvider? scope)
    {
        _meter = new Meter(new MeterOptions("SecretProviders") { Scope = scope });
        _overdue = _meter.CreateCounter<long>(
            "secretproviders.acknowledgements.overdue", "{response}", "Responses left unacknowledged so long that the next version was sent all the same.");
    }

    /// <summary>Gets the instruments of sessions that a host opens by itself.</summary>
    public static SecretDiscoveryMetrics Shared { get; } = new(scope: null);

    public void AcknowledgementOverdue(SecretDiscoveryProtocol protocol)
    {
        if (_overdue.Enabled)
        {
            _overdue.Add(1, new KeyValuePair<string, object?>("protocol", protocol.ToString()));
        }
    }

    public void Dispose() => _meter.Dispose();
}
