using Microsoft.Extensions.Options;
using SecretProviders.Spiffe;

namespace SecretProviders.Xds.Tests.Spiffe;

public sealed class SpiffeSecretSourceOptionsTests
{
    [Fact]
    public void Socket_alone_suffices() => Assert.True(Judge(new() { Socket = "unix:///run/agent.sock" }).Succeeded);

    [Fact]
    public void Missing_socket_names_the_setting_and_the_variable()
    {
        var failure = Assert.Single(Judge(new()).Failures!);

        Assert.Contains("'spire'", failure, StringComparison.Ordinal);
        Assert.Contains("Socket", failure, StringComparison.Ordinal);
        Assert.Contains("SPIFFE_ENDPOINT_SOCKET", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Socket_that_is_none_is_refused() =>
        Assert.Contains("'agent.sock'", Assert.Single(Judge(new() { Socket = "agent.sock" }).Failures!), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86401)]
    public void Timeout_is_above_zero_and_at_most_a_day(int seconds) =>
        Assert.Contains("Timeout", Assert.Single(Judge(new() { Socket = "unix:///a", Timeout = TimeSpan.FromSeconds(seconds) }).Failures!), StringComparison.Ordinal);

    [Fact]
    public void All_mistakes_are_named_at_once() => Assert.Equal(2, Judge(new() { Timeout = TimeSpan.Zero }).Failures!.Count());

    private static ValidateOptionsResult Judge(SpiffeSecretSourceOptions options) => new SpiffeSecretSourceOptionsValidator().Validate("spire", options);
}
