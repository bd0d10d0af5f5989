using SecretProviders.AspNetCore.Peers;
using SecretProviders.Testing;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Tls;

/// <summary>Handshakes over loopback with certificates that the server's own provider serves.</summary>
public sealed class TlsListenerTests
{
    private const int HandshakeImpossible = 3103;
    private const int ClientRefused = 3104;

    [Theory]
    [InlineData(TestKeyAlgorithm.EcdsaP256)]
    [InlineData(TestKeyAlgorithm.EcdsaP384)]
    [InlineData(TestKeyAlgorithm.Rsa2048)]
    public async Task Client_of_the_client_ca_is_served(TestKeyAlgorithm algorithm)
    {
        await using var tls = await TlsServer.StartAsync();
        var certificate = await tls.RotateAsync(algorithm);

        await tls.CallAsync(tls.IssueClient());

        Assert.Equal(certificate.Leaf.Sha256, Assert.Single(tls.Shown));
    }

    [Fact]
    public async Task Client_is_known_to_the_provider_by_its_spiffe_id()
    {
        await using var tls = await TlsServer.StartAsync();
        using var channel = tls.Connect(tls.IssueClient("spiffe://example.org/envoy"));
        await using var call = channel.Start(StreamSecrets);

        await call.WriteAsync(Ask("a"));
        await tls.Server.Provider.WhenSubscribedAsync("a");

        Assert.Contains(tls.Server.Provider.Consumers, static consumer => consumer.TlsIdentity == "spiffe://example.org/envoy");
    }

    [Fact]
    public async Task Intermediates_are_sent_along()
    {
        await using var tls = await TlsServer.StartAsync();
        using var intermediate = tls.Authority.CreateIntermediate();
        var issued = intermediate.Issue("localhost", new() { IpAddresses = [System.Net.IPAddress.Loopback], Lifetime = TimeSpan.FromDays(3000) }).Secret;
        tls.Server.Provider.Set(TlsServer.Certificate, issued);

        await tls.CallAsync(tls.IssueClient());

        Assert.Equal(issued.Leaf.Sha256, Assert.Single(tls.Shown));
    }

    [Fact]
    public async Task Client_of_an_intermediate_that_it_sends_along_is_served()
    {
        await using var tls = await TlsServer.StartAsync();
        using var intermediate = tls.Authority.CreateIntermediate();

        await tls.CallAsync(intermediate.Issue("envoy.example"));
    }

    [Fact]
    public async Task Rotated_certificate_is_shown_at_once_and_connections_that_stand_are_left_alone()
    {
        await using var tls = await TlsServer.StartAsync();
        using var before = tls.Connect(tls.IssueClient());
        tls.Server.Provider.Set("a", Generic("one"));
        await using var call = await HoldAsync(before, "a");

        var rotated = await tls.RotateAsync();
        await tls.CallAsync(tls.IssueClient());
        tls.Server.Provider.Set("a", Generic("two"));

        Assert.Equal("two", Text((await call.ReadAsync())!));
        Assert.Equal(rotated.Leaf.Sha256, tls.Shown.Last());
        Assert.Equal(2, tls.Shown.Distinct().Count());
    }

    [Fact]
    public async Task Handshake_takes_the_newest_version_even_before_the_listener_was_told()
    {
        await using var tls = await TlsServer.StartAsync();
        for (var round = 0; round < 10; round++)
        {
            var issued = tls.Authority.Issue("localhost", new() { IpAddresses = [System.Net.IPAddress.Loopback], Lifetime = TimeSpan.FromDays(3000) }).Secret;
            tls.Server.Provider.Set(TlsServer.Certificate, issued);

            await tls.CallAsync(tls.IssueClient());

            Assert.Equal(issued.Leaf.Sha256, tls.Shown.Last());
        }
    }

    [Fact]
    public async Task Rotated_client_ca_judges_the_next_client()
    {
        await using var tls = await TlsServer.StartAsync();
        using var next = new TestCertificateAuthority("Next CA", new ManualTimeProvider());
        var client = tls.IssueClient();
        await tls.CallAsync(client);

        tls.Server.Provider.Set(TlsServer.ClientCa, next.Trust);

        await AssertRefusedAsync(() => tls.CallAsync(client));
        await tls.CallAsync(next.Issue("envoy.example"));
    }

    [Fact]
    public async Task Client_of_another_ca_is_refused_with_one_line()
    {
        await using var tls = await TlsServer.StartAsync();
        using var other = new TestCertificateAuthority("Other CA", new ManualTimeProvider());

        for (var round = 0; round < 5; round++)
        {
            await AssertRefusedAsync(() => tls.CallAsync(other.Issue("envoy.example")));
        }

        await tls.CallAsync(tls.IssueClient());
        Assert.Equal(
            "127.0.0.1 is refused: its certificate does not chain to a trusted anchor; clients are judged by the secret 'sds_client_ca'.",
            Assert.Single(tls.Server.Logs.Entries, static entry => entry.EventId.Id == ClientRefused).Message);
    }

    [Fact]
    public async Task Client_without_a_certificate_is_refused()
    {
        await using var tls = await TlsServer.StartAsync();

        await AssertRefusedAsync(() => tls.CallAsync(client: null));

        Assert.True(tls.Server.Logs.Contains("it presented no certificate"));
    }

    [Theory]
    [InlineData(SecretStatus.Pending, "is Pending")]
    [InlineData(SecretStatus.Absent, "is Absent")]
    [InlineData(SecretStatus.Denied, "is Denied")]
    [InlineData(SecretStatus.Unavailable, "is Unavailable")]
    public async Task Without_a_certificate_handshakes_are_refused_with_one_line_until_it_comes(SecretStatus status, string problem)
    {
        await using var tls = await TlsServer.StartEmptyAsync();
        tls.Server.Provider.Set(TlsServer.ClientCa, tls.Authority.Trust);
        tls.Server.Provider.SetStatus(TlsServer.Certificate, status);

        for (var round = 0; round < 5; round++)
        {
            await AssertRefusedAsync(() => tls.CallAsync(tls.IssueClient()));
        }

        Assert.Equal(
            $"Handshakes of 127.0.0.1 are refused: the secret 'sds_server' {problem}.",
            Assert.Single(tls.Server.Logs.Entries, static entry => entry.EventId.Id == HandshakeImpossible).Message);
        await tls.RotateAsync();
        await tls.CallAsync(tls.IssueClient());
    }

    [Fact]
    public async Task Without_a_client_ca_nobody_is_let_in()
    {
        await using var tls = await TlsServer.StartEmptyAsync();
        await tls.RotateAsync();

        await AssertRefusedAsync(() => tls.CallAsync(tls.IssueClient()));

        Assert.True(tls.Server.Logs.Contains("the secret 'sds_client_ca' is Absent"));
    }

    [Fact]
    public async Task Withdrawn_certificate_ends_handshakes()
    {
        await using var tls = await TlsServer.StartAsync();
        await tls.CallAsync(tls.IssueClient());

        tls.Server.Provider.Remove(TlsServer.Certificate);

        await AssertRefusedAsync(() => tls.CallAsync(tls.IssueClient()));
    }

    [Fact]
    public async Task Key_that_does_not_leave_its_store_is_refused_clearly_and_reported()
    {
        await using var tls = await TlsServer.StartAsync();
        var issued = tls.Authority.Issue("localhost").Secret;
        tls.Server.Provider.Set(TlsServer.Certificate, new TlsCertificate(issued.Chain, new StoredKey()));

        var report = await tls.Server.Provider.WhenReportedAsync(static report => report.Outcome == SecretOutcome.Rejected);
        await AssertRefusedAsync(() => tls.CallAsync(tls.IssueClient()));

        Assert.Equal(TlsServer.Certificate, report.Name);
        Assert.Contains("a private key that does not leave its store", report.Detail, StringComparison.Ordinal);
        Assert.True(tls.Server.Logs.Contains("the secret 'sds_server' has a private key that does not leave its store"));
    }

    [Fact]
    public async Task Client_ca_that_cannot_judge_is_reported()
    {
        await using var tls = await TlsServer.StartAsync();

        tls.Server.Provider.Set(TlsServer.ClientCa, Generic("not trust"));

        var report = await tls.Server.Provider.WhenReportedAsync(static report => report.Outcome == SecretOutcome.Rejected);
        Assert.Equal((TlsServer.ClientCa, "is a Generic, but a client CA is a ValidationContext"), (report.Name, report.Detail));
    }

    [Fact]
    public async Task Secret_of_another_kind_is_refused_clearly()
    {
        await using var tls = await TlsServer.StartAsync();
        tls.Server.Provider.Set(TlsServer.Certificate, Generic("not a certificate"));

        await AssertRefusedAsync(() => tls.CallAsync(tls.IssueClient()));

        Assert.True(tls.Server.Logs.Contains("the secret 'sds_server' is a Generic, but a listener needs a TlsCertificate"));
    }

    [Fact]
    public async Task Lines_come_again_after_a_while()
    {
        await using var tls = await TlsServer.StartEmptyAsync();
        await AssertRefusedAsync(() => tls.CallAsync(client: null));
        tls.Server.Time.Advance(PeerCauses.Window);

        await AssertRefusedAsync(() => tls.CallAsync(client: null));

        await tls.Server.Logs.WaitForAsync(HandshakeImpossible, times: 2);
    }

    [Fact]
    public async Task Applied_versions_are_reported()
    {
        await using var tls = await TlsServer.StartAsync();

        await tls.Server.Provider.WhenReportedAsync(static report => report is { Name: TlsServer.ClientCa, Outcome: SecretOutcome.Applied });

        Assert.Equal(1, tls.Server.Provider.Subscribers(TlsServer.Certificate));
    }

    private static async Task AssertRefusedAsync(Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<GrpcException>(call);
        Assert.Equal(GrpcStatusCode.Unavailable, failure.Status.Code);
    }
}
