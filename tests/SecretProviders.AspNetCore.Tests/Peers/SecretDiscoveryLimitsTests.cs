using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SecretProviders.AspNetCore.Tests.Peers;

public sealed class SecretDiscoveryLimitsTests
{
    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var failure = Assert.Throws<SecretConfigurationException>(() => new KestrelServerOptions().UseSecretDiscoveryLimits(static limits =>
        {
            limits.MaxConnections = 0;
            limits.MaxConnectionsPerPeer = -1;
            limits.MaxStreamsPerPeer = 0;
            limits.MaxStreamsPerConnection = 0;
            limits.IdleTimeout = TimeSpan.Zero;
            limits.PingDelay = TimeSpan.FromMilliseconds(999);
            limits.PingTimeout = TimeSpan.Zero;
        }));

        Assert.Equal(7, failure.Errors.Length);
        Assert.Contains("SecretDiscoveryLimits.MaxConnectionsPerPeer must be 1 or more, but is -1.", failure.Errors);
        Assert.Contains("SecretDiscoveryLimits.PingDelay must be one second or more, but is 00:00:00.9990000.", failure.Errors);
    }

    [Fact]
    public void Limits_reach_kestrel()
    {
        var options = new KestrelServerOptions().UseSecretDiscoveryLimits(static limits =>
        {
            limits.MaxStreamsPerConnection = 7;
            limits.IdleTimeout = TimeSpan.FromSeconds(3);
            limits.PingDelay = TimeSpan.FromSeconds(4);
            limits.PingTimeout = TimeSpan.FromSeconds(5);
        });

        Assert.Equal(7, options.Limits.Http2.MaxStreamsPerConnection);
        Assert.Equal(
            (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5)),
            (options.Limits.KeepAliveTimeout, options.Limits.Http2.KeepAlivePingDelay, options.Limits.Http2.KeepAlivePingTimeout));
    }
}
