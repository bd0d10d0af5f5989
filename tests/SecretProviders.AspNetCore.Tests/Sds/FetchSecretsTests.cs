using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Sds;

public sealed class FetchSecretsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Secret_is_fetched(bool unixSocket)
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.Set("a", Generic("one"));
        using var channel = new GrpcChannel(unixSocket ? server.UnixAddress : server.TcpAddress);

        var response = await channel.CallAsync(FetchSecrets, Ask("a"));

        Assert.Equal("one", Text(response));
        Assert.Equal(server.Provider.Current("a").Version.Value, response.VersionInfo);
    }

    [Fact]
    public async Task Wrong_type_is_refused()
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = server.Connect();

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(FetchSecrets, new() { TypeUrl = "type.googleapis.com/other" }));

        Assert.Equal(GrpcStatusCode.InvalidArgument, failure.Status.Code);
    }

    [Fact]
    public async Task Fetch_of_a_peer_that_leaves_ends_before_its_time()
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.SetStatus("a", SecretStatus.Pending);
        using var channel = server.Connect();
        using var leaving = new CancellationTokenSource();
        var fetch = channel.CallAsync(FetchSecrets, Ask("a"), cancellationToken: leaving.Token);
        await server.Provider.WhenSubscribedAsync("a");

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => fetch);
        await server.Provider.WhenReleasedAsync("a");
    }

    [Fact]
    public async Task Pending_secret_is_left_out_when_the_time_is_over()
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.SetStatus("a", SecretStatus.Pending);
        using var channel = server.Connect();
        var fetch = channel.CallAsync(FetchSecrets, Ask("a"));
        await server.Provider.WhenSubscribedAsync("a");

        server.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.Empty((await fetch).Resources);
    }

    [Fact]
    public async Task Call_without_a_message_is_refused()
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = server.Connect();
        await using var call = channel.Start(FetchSecrets);

        call.CompleteRequests();
        var failure = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync());

        Assert.Equal(GrpcStatusCode.Internal, failure.Status.Code);
        Assert.Contains("no message", failure.Status.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(SecretDiscoveryOptions.AckTimeout))]
    [InlineData(nameof(SecretDiscoveryOptions.FetchTimeout))]
    [InlineData(nameof(SecretDiscoveryOptions.MaxNamesPerStream))]
    [InlineData(nameof(SecretDiscoveryOptions.MaxRequestSize))]
    public async Task Unusable_settings_are_all_told_at_start(string setting)
    {
        var failure = await Assert.ThrowsAsync<SecretConfigurationException>(() => SdsServer.StartAsync(static options =>
        {
            options.AckTimeout = TimeSpan.Zero;
            options.FetchTimeout = TimeSpan.FromSeconds(-1);
            options.MaxNamesPerStream = 0;
            options.MaxRequestSize = 0;
        }));

        Assert.Contains(failure.Errors, error => error.Contains(setting, StringComparison.Ordinal));
    }
}
