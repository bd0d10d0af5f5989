using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Tests.Configuration;

public sealed class ListenerBinderTests
{
    [Theory]
    [InlineData("127.0.0.1:8234", "127.0.0.1:8234")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    [InlineData("0.0.0.0:65535", "0.0.0.0:65535")]
    [InlineData("[::1]:8234", "[::1]:8234")]
    [InlineData("[fe80::1]:80", "[fe80::1]:80")]
    public void An_address_and_a_port_are_taken(string text, string expected)
    {
        Assert.True(ListenerBinder.TryEndPoint(text, out var endPoint));
        Assert.Equal(expected, endPoint.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("8234")]
    [InlineData(":8234")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:1 ")]
    [InlineData("127.0.0.1:0x50")]
    [InlineData("::1:8234")]
    [InlineData("localhost:8234")]
    [InlineData("http://127.0.0.1:8234")]
    [InlineData("[::1]")]
    public void Anything_else_is_not(string text) => Assert.False(ListenerBinder.TryEndPoint(text, out _));

    [Theory]
    [InlineData("\"0600\"", 0b110_000_000)]
    [InlineData("\"660\"", 0b110_110_000)]
    [InlineData("0666", 0b110_110_110)]
    public void A_mode_is_octal(string text, int mode) =>
        Assert.Equal((UnixFileMode)mode, Socket($"mode: {text}").Mode);

    [Theory]
    [InlineData("\"7\"")]
    [InlineData("\"0800\"")]
    [InlineData("\"1777\"")]
    [InlineData("rw-rw----")]
    [InlineData("\"\"")]
    public void Another_mode_is_a_mistake(string text) =>
        Assert.Contains("write three octal digits in quotes", Assert.Single(ConfigurationText.Errors(Text($"mode: {text}"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("root", 0u)]
    [InlineData("\"0\"", 0u)]
    [InlineData("12345", 12345u)]
    public void A_group_is_a_name_or_a_number(string text, uint group) => Assert.Equal(group, Socket($"group: {text}").Group);

    [Theory]
    [InlineData("127.0.0.1:1", "")]
    [InlineData("127.8.8.8:1", "")]
    [InlineData("[::1]:1", "")]
    [InlineData("[::ffff:127.0.0.1]:1", "")]
    [InlineData("0.0.0.0:1", "beyond loopback")]
    [InlineData("[::]:1", "beyond loopback")]
    [InlineData("10.0.0.1:1", "beyond loopback")]
    [InlineData("[::ffff:10.0.0.1]:1", "beyond loopback")]
    public void Beyond_loopback_somebody_must_say_so(string address, string mistake)
    {
        var guarded = $"server: {{ listeners: [ {{ address: \"{address}\" }} ] }}";
        var open = $"server: {{ listeners: [ {{ address: \"{address}\", allowPlaintextOnNetwork: true }} ] }}";

        Assert.Single(ConfigurationText.Parse(open).Server.Listeners);
        if (mistake.Length == 0)
        {
            Assert.Single(ConfigurationText.Parse(guarded).Server.Listeners);
        }
        else
        {
            Assert.Contains(mistake, Assert.Single(ConfigurationText.Errors(guarded)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void With_tls_an_address_may_be_beyond_loopback()
    {
        const string server = "server: { listeners: [ { address: 10.0.0.1:1, tls: { certificate: a, clientCa: b } } ] }\n";

        var listener = Assert.Single(ConfigurationText.Parse($"{server}{ConfigurationText.Files}secrets:\n  - {{ name: \"**\", from: [ {{ source: files }} ] }}\n").Server.Listeners);

        Assert.Equal(new ListenerTls("a", "b"), Assert.IsType<ListenerConfiguration.Tcp>(listener).Tls);
    }

    [Theory]
    [InlineData(103, true)]
    [InlineData(104, false)]
    public void A_path_has_the_length_that_a_socket_may_have(int length, bool isTaken)
    {
        var text = $"server: {{ listeners: [ {{ unix: /{new string('s', length - 1)} }} ] }}";

        var failure = Record.Exception(() => ConfigurationText.Parse(text)) as SecretConfigurationException;

        Assert.Equal(isTaken ? null : $"host.yaml:1: server.listeners[0].unix: is longer than the 103 bytes that a socket's path may have; choose a shorter one", failure?.Errors.Single());
    }

    [Fact]
    public void The_admin_listener_is_guarded_alike() =>
        Assert.Contains(
            "server.admin.address: is beyond loopback",
            Assert.Single(ConfigurationText.Errors("server: { admin: { address: 0.0.0.0:9901 } }")),
            StringComparison.Ordinal);

    private static string Text(string setting) => $"server: {{ listeners: [ {{ unix: /run/s.sock, {setting} }} ] }}";

    private static ListenerConfiguration.UnixSocket Socket(string setting) =>
        Assert.IsType<ListenerConfiguration.UnixSocket>(Assert.Single(ConfigurationText.Parse(Text(setting)).Server.Listeners));
}
