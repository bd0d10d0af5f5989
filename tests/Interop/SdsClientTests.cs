using SecretProviders.Testing;
using static SecretProviders.Interop.Tests.InteropServer;

namespace SecretProviders.Interop.Tests;

/// <summary>What every independent client must see, over a Unix socket and over TCP.</summary>
public abstract class SdsClientTests
{
    private const int OK = 0;
    private const int InvalidArgument = 3;
    private const int ResourceExhausted = 8;
    private const int Unimplemented = 12;
    private const int Unavailable = 14;

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Secret_is_fetched(Transport transport)
    {
        await using var server = await StartAsync();
        server.Provider.Set("token", Generic("s3cret"));
        await using var client = Start(server, transport, "fetch", "token");

        var secret = await client.ReadEventAsync();
        var status = await client.ReadEventAsync();

        Assert.Equal(("token", "s3cret"), (secret.Name, secret.Value));
        Assert.Equal(OK, status.Code);
        await AssertEndedAsync(client);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Certificate_and_its_trust_are_watched_through_a_rotation(Transport transport)
    {
        using var authority = new TestCertificateAuthority();
        await using var server = await StartAsync();
        server.Provider.Set("web", authority.Issue("one.example").Secret);
        server.Provider.Set("ca", authority.Trust);
        await using var client = Start(server, transport, "watch", "3", "ca", "web");

        var trust = await client.ReadEventAsync();
        var first = await client.ReadEventAsync();
        var rotated = authority.Issue("two.example");
        server.Provider.Set("web", rotated.Secret);
        var second = await client.ReadEventAsync();

        Assert.Equal(("ca", authority.Certificate.ToPem()), (trust.Name, trust.Trust));
        Assert.Equal("web", first.Name);
        Assert.Equal(System.Text.Encoding.ASCII.GetString(rotated.CertificatePem), second.Chain);
        Assert.Equal(System.Text.Encoding.ASCII.GetString(rotated.PrivateKeyPem), second.Key);
        Assert.NotEqual(first.Version, second.Version);
        var version = server.Provider.Current("web").Version;
        await server.Provider.WhenReportedAsync(report => report.Version == version && report.Outcome == SecretOutcome.Applied);
        await AssertEndedAsync(client);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Refusal_is_heard_and_only_a_new_version_follows(Transport transport)
    {
        await using var server = await StartAsync();
        server.Provider.Set("token", Generic("one"));
        await using var client = Start(server, transport, "refuse", "no, thank you", "token");

        var refused = await client.ReadEventAsync();
        var report = await server.Provider.WhenReportedAsync(static report => report.Outcome == SecretOutcome.Rejected);
        server.Provider.Set("token", Generic("two"));
        var accepted = await client.ReadEventAsync();

        Assert.Equal((refused.Version, "no, thank you"), (report.Version.Value, report.Detail));
        Assert.Equal("two", accepted.Value);
        await AssertEndedAsync(client);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Delta_tells_absence_arrival_and_removal(Transport transport)
    {
        await using var server = await StartAsync();
        await using var client = Start(server, transport, "delta", "3", "token");

        var absent = await client.ReadEventAsync();
        server.Provider.Set("token", Generic("one"));
        var found = await client.ReadEventAsync();
        server.Provider.Remove("token");
        var removed = await client.ReadEventAsync();

        Assert.Equal(("removed", "token"), (absent.Event, absent.Name));
        Assert.Equal(("secret", "one"), (found.Event, found.Value));
        Assert.Equal(("removed", "token"), (removed.Event, removed.Name));
        await AssertEndedAsync(client);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Large_secret_arrives_whole(Transport transport)
    {
        await using var server = await StartAsync();
        var value = new string('x', 1_000_000);
        server.Provider.Set("large", Generic(value));
        await using var client = Start(server, transport, "watch", "1", "large");

        Assert.Equal(value, (await client.ReadEventAsync()).Value);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Wrong_type_is_a_clean_error(Transport transport)
    {
        var status = await ErrorAsync(transport, "wrong-type");

        Assert.Equal(InvalidArgument, status.Code);
        Assert.Contains("the Secret Discovery Service serves", status.Details, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Unknown_method_is_a_clean_error(Transport transport)
    {
        var status = await ErrorAsync(transport, "unknown-method");

        Assert.Equal(Unimplemented, status.Code);
        Assert.Contains("SecretDiscoveryService/Nothing is not served here", status.Details, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Oversized_message_is_a_clean_error(Transport transport)
    {
        var status = await ErrorAsync(transport, "oversized");

        Assert.Equal(ResourceExhausted, status.Code);
        Assert.Contains("larger than the limit", status.Details, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Transport.UnixSocket)]
    [InlineData(Transport.LoopbackTcp)]
    public async Task Stopping_server_is_a_clean_error(Transport transport)
    {
        await using var server = await StartAsync();
        server.Provider.Set("token", Generic("one"));
        await using var client = Start(server, transport, "watch", "9", "token");
        await client.ReadEventAsync();
        await server.Provider.WhenReportedAsync(static report => report.Name == "token");

        await server.StopAsync();

        Assert.Equal(Unavailable, (await client.ReadEventAsync()).Code);
    }

    private protected abstract ClientProcess Start(string address, params IEnumerable<string> command);

    private static async Task AssertEndedAsync(ClientProcess client)
    {
        var (exitCode, output) = await client.WaitAsync();
        Assert.Equal((0, string.Empty), (exitCode, output.Trim()));
    }

    private async Task<ClientEvent> ErrorAsync(Transport transport, string command)
    {
        await using var server = await StartAsync();
        await using var client = Start(server, transport, command);
        var status = await client.ReadEventAsync();
        Assert.Equal("status", status.Event);
        return status;
    }

    private ClientProcess Start(InteropServer server, Transport transport, params IEnumerable<string> command) => Start(server.Address(transport), command);
}
