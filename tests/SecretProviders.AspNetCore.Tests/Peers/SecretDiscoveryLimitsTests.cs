using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SecretProviders.Xds;

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

        Assert.Equal((7, null, false), (options.Limits.Http2.MaxStreamsPerConnection, options.Limits.MinRequestBodyDataRate, options.AddServerHeader));
        Assert.Equal(
            (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5)),
            (options.Limits.KeepAliveTimeout, options.Limits.Http2.KeepAlivePingDelay, options.Limits.Http2.KeepAlivePingTimeout));
    }

    [Fact]
    public void Defaults_are_those_of_the_documentation()
    {
        var limits = new SecretDiscoveryLimits();
        var options = new SecretDiscoveryOptions();

        Assert.Equal((10_000, 2_000), (limits.MaxConnections, limits.MaxConnectionsPerPeer));
        Assert.Equal((100_000, 100_000), (limits.MaxStreamsPerPeer, limits.MaxStreamsPerConnection));
        Assert.Equal((TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10)), (limits.IdleTimeout, limits.PingDelay, limits.PingTimeout));
        Assert.Equal((20_000, 4 * 1024 * 1024), (options.MaxNamesPerStream, options.MaxRequestSize));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3)), (options.AckTimeout, options.FetchTimeout));
    }

    [Fact]
    public void Smallest_limits_are_taken()
    {
        var second = TimeSpan.FromSeconds(1);

        var options = new KestrelServerOptions().UseSecretDiscoveryLimits(limits =>
        {
            limits.MaxConnections = limits.MaxConnectionsPerPeer = limits.MaxStreamsPerPeer = limits.MaxStreamsPerConnection = 1;
            limits.IdleTimeout = limits.PingDelay = limits.PingTimeout = second;
        });

        Assert.Equal((1, second), (options.Limits.Http2.MaxStreamsPerConnection, options.Limits.Http2.KeepAlivePingTimeout));
    }
}
