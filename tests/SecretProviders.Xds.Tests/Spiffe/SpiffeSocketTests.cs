using SecretProviders.Spiffe;

namespace SecretProviders.Xds.Tests.Spiffe;

public sealed class SpiffeSocketTests
{
    [Theory]
    [InlineData("unix:///run/spire/agent.sock", "unix:/run/spire/agent.sock")]
    [InlineData("unix:/run/spire/agent.sock", "unix:/run/spire/agent.sock")]
    [InlineData("tcp://127.0.0.1:8000", "http://127.0.0.1:8000")]
    [InlineData("tcp://[::1]:8000", "http://[::1]:8000")]
    public void Uri_of_the_specification_is_understood(string socket, string address)
    {
        Assert.True(SpiffeSocket.TryParse(socket, out var parsed, out _));

        Assert.Equal(address, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/run/spire/agent.sock")]
    [InlineData("http://127.0.0.1:8000")]
    [InlineData("unix:")]
    [InlineData("unix://")]
    [InlineData("unix:relative/agent.sock")]
    [InlineData("unix://host/agent.sock")]
    [InlineData("unix:////agent.sock")]
    [InlineData("unix:///")]
    [InlineData("unix:///agent.sock/")]
    [InlineData("unix:///agent.sock?x")]
    [InlineData("unix:///agent.sock#x")]
    [InlineData("unix:///agent\0.sock")]
    [InlineData("UNIX:///agent.sock")]
    [InlineData("tcp://localhost:8000")]
    [InlineData("tcp://127.0.0.1")]
    [InlineData("tcp://127.0.0.1:0")]
    [InlineData("tcp://127.0.0.1:8000/path")]
    [InlineData("tcp://user@127.0.0.1:8000")]
    [InlineData("tcp://::1")]
    public void Other_text_is_refused_with_the_remedy(string socket)
    {
        Assert.False(SpiffeSocket.TryParse(socket, out _, out var problem));

        Assert.Contains("write unix:///path/to/agent.sock or tcp://127.0.0.1:8000", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Path_longer_than_the_kernel_takes_is_refused()
    {
        Assert.True(SpiffeSocket.TryParse($"unix:///{new string('a', 106)}", out _, out _));
        Assert.False(SpiffeSocket.TryParse($"unix:///{new string('a', 107)}", out _, out var problem));

        Assert.Contains("107 bytes", problem, StringComparison.Ordinal);
    }
}
