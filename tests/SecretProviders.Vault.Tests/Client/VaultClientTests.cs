using System.Text;
using SecretProviders.Testing;
using SecretProviders.Vault.Client;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Client;

/// <summary>What one server answers, and what comes in its place.</summary>
public sealed class VaultClientTests
{
    private static readonly VaultRequest Read = VaultRequest.Get("secret/data/web") with { Token = VaultJson.Text(FakeVault.RootToken) };

    [Fact]
    public async Task Question_carries_its_headers_and_nothing_else_of_ours()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Vault.Change(static vault => vault.AddNamespace("team-a/"));

        await bed.CreateClient("team-a").SendAsync(VaultRequest.Post("sys/wrapping/lookup", VaultJson.Text("{}")) with { Token = VaultJson.Text("s.1") }, CancellationToken.None);

        var request = bed.Node.Requests.Single();
        Assert.Equal(("true", "team-a", "s.1", "application/json"), (request.Header("X-Vault-Request"), request.Header("X-Vault-Namespace"), request.Token, request.Header("Content-Type")));
        Assert.Equal("/v1/sys/wrapping/lookup", request.Target);
    }

    [Fact]
    public async Task Question_without_a_token_or_a_namespace_shows_none()
    {
        await using var bed = await VaultTestbed.StartAsync();

        await bed.CreateClient().SendAsync(VaultRequest.Get("secret/data/web"), CancellationToken.None);

        Assert.Null(bed.Node.Requests.Single().Header("X-Vault-Token"));
        Assert.Null(bed.Node.Requests.Single().Header("X-Vault-Namespace"));
    }

    [Fact]
    public async Task Path_is_sent_as_it_was_escaped()
    {
        await using var bed = await VaultTestbed.StartAsync();

        await bed.CreateClient(path: "/proxy/").SendAsync(VaultRequest.Get("a%20b/%252e%252e/c%2Fd") with { Query = "version=1" }, CancellationToken.None).AsTask().ContinueWith(static _ => { }, TaskScheduler.Default);

        Assert.Equal("/proxy/v1/a%20b/%252e%252e/c%2Fd?version=1", bed.Node.Requests[0].Target);
    }

    [Fact]
    public async Task Answer_keeps_the_requests_number_and_the_errors()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("a", "b"));

        var found = await bed.CreateClient().SendAsync(Read, CancellationToken.None);
        var refused = await bed.CreateClient().SendAsync(Read with { Token = VaultJson.Text("s.bad") }, CancellationToken.None);

        Assert.False(string.IsNullOrEmpty(found.RequestId));
        Assert.Equal((403, "permission denied"), (refused.Status, refused.Errors.Single()));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(502)]
    public async Task Page_of_a_proxy_is_an_outage_whatever_its_status(int status)
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Node.Break("secret/", FakeVaultFault.Page(status));

        var failure = await FailAsync(bed, Read);

        Assert.Equal(SecretErrorCode.Unavailable, failure.Code);
        Assert.Contains($"answered {status} with", failure.Message, StringComparison.Ordinal);
        Assert.Contains("text/html", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Bad Gateway", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Wish_of_a_proxy_to_be_left_alone_is_kept(int status)
    {
        await using var bed = await VaultTestbed.StartAsync();
        var page = FakeVaultFault.Page(status);
        page.Answer!.Headers["Retry-After"] = "7";
        bed.Node.Break("secret/", page);

        Assert.Equal(TimeSpan.FromSeconds(7), (await FailAsync(bed, Read)).RetryAfter);
    }

    [Fact]
    public async Task Body_that_is_cut_in_half_is_an_outage()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("a", new string('x', 100_000)));
        bed.Node.Break("secret/", FakeVaultFault.CutBody());

        Assert.Equal(SecretErrorCode.Unavailable, (await FailAsync(bed, Read)).Code);
    }

    [Fact]
    public async Task Json_that_ends_early_in_a_whole_body_is_an_outage()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Node.Break("secret/", FakeVaultFault.Instead(new FakeVaultAnswer(200) { Raw = Encoding.UTF8.GetBytes("""{"request_id":"1","data":{"da""") }));

        Assert.Contains("JSON that is cut off", (await FailAsync(bed, Read)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_body_is_not_read()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Node.Break("secret/", FakeVaultFault.Instead(new FakeVaultAnswer(200) { Raw = new byte[VaultClient.LargestBody + 1] }));

        Assert.Contains("more than", (await FailAsync(bed, Read)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4", 4)]
    [InlineData("Thu, 01 Jan 2026 00:01:00 GMT", 60)]
    [InlineData("Wed, 31 Dec 2025 00:00:00 GMT", null)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public async Task Wish_to_be_left_alone_is_kept(string? header, int? seconds)
    {
        await using var bed = await VaultTestbed.StartAsync();
        var answer = FakeVaultAnswer.Error(429, "request path \"secret/data/web\": rate limit quota exceeded");
        if (header is not null)
        {
            answer.Headers["Retry-After"] = header;
        }

        bed.Node.Break("secret/", FakeVaultFault.Instead(answer));

        var failure = await FailAsync(bed, Read);

        Assert.Equal((SecretErrorCode.Throttled, seconds), (failure.Code, (int?)failure.RetryAfter?.TotalSeconds));
    }

    [Fact]
    public async Task Server_that_has_not_caught_up_is_asked_again_when_it_says()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var answer = FakeVaultAnswer.Error(412, "required index state not present");
        answer.Headers["Retry-After"] = "1";
        bed.Node.Break("secret/", FakeVaultFault.Instead(answer));

        var failure = await FailAsync(bed, Read);

        Assert.Equal((SecretErrorCode.Unavailable, TimeSpan.FromSeconds(1)), (failure.Code, failure.RetryAfter));
        Assert.Contains("412: required index state not present", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FakeVaultDialect.Vault18)]
    [InlineData(FakeVaultDialect.OpenBao26)]
    internal async Task Sealed_uninitialised_and_lost_servers_are_told_apart(FakeVaultDialect dialect)
    {
        await using var bed = await VaultTestbed.StartAsync(dialect);
        bed.Node.Sealed = true;
        var isSealed = await FailAsync(bed, Read);
        bed.Node.Initialised = false;
        var uninitialised = await FailAsync(bed, Read);
        (bed.Node.Sealed, bed.Node.Initialised, bed.Node.IsLost) = (false, true, true);
        var lost = await FailAsync(bed, Read);

        Assert.Contains("is sealed; unseal it", isSealed.Message, StringComparison.Ordinal);
        Assert.Contains("is not initialised", uninitialised.Message, StringComparison.Ordinal);
        Assert.Contains("is a standby that reaches no active server", lost.Message, StringComparison.Ordinal);
        Assert.Contains("local node not active", lost.Message, StringComparison.Ordinal);
        Assert.All([isSealed, uninitialised, lost], static failure => Assert.Equal(SecretErrorCode.Unavailable, failure.Code));
    }

    [Fact]
    public async Task Sealed_server_is_named_to_who_asks_in_a_namespace()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Node.Sealed = true;
        var client = bed.CreateClient("team-a");

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await client.SendAsync(Read, CancellationToken.None));

        Assert.Contains("is sealed; unseal it", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/gateway/vault")]
    [InlineData("/gateway/vault/")]
    public async Task Server_behind_a_path_is_named_with_it(string path)
    {
        await using var bed = await VaultTestbed.StartAsync();

        var response = await bed.CreateClient(path: path).SendAsync(Read, CancellationToken.None);

        Assert.Equal($"Vault at {bed.Node.Address}/gateway/vault", response.Server);
    }

    [Fact]
    public async Task Refused_connection_is_definite()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var client = bed.CreateClient();
        await bed.Node.StopAsync();

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await client.SendAsync(Read, CancellationToken.None));

        Assert.Equal(SecretErrorCode.Unreachable, failure.Code);
        Assert.Contains(bed.Node.Address, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_with_another_CA_is_definite_and_gets_no_token()
    {
        var clock = new ManualTimeProvider();
        using var right = new TestCertificateAuthority("Right", clock);
        using var wrong = new TestCertificateAuthority("Wrong", clock);
        using var file = new TestFile();
        var certificate = right.Issue("127.0.0.1", new TestCertificateOptions { IpAddresses = [System.Net.IPAddress.Loopback] }).Secret.LoadWithPrivateKey();
        await using var bed = await VaultTestbed.StartAsync(certificate: certificate);
        var client = bed.CreateClient(tls: new StoreTlsOptions { Ca = file.Holding(Encoding.ASCII.GetString(wrong.Issue().TrustPem)) });

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await client.SendAsync(Read, CancellationToken.None));

        Assert.Equal(SecretErrorCode.Unreachable, failure.Code);
        Assert.Empty(bed.Node.Requests);
    }

    [Fact]
    public async Task Plain_text_answer_of_a_tls_port_is_an_outage()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var answer = new FakeVaultAnswer(400) { Raw = "Client sent an HTTP request to an HTTPS server.\n"u8.ToArray(), Headers = new Dictionary<string, string> { ["Content-Type"] = "text/plain" } };
        bed.Node.Break("secret/", FakeVaultFault.Instead(answer));

        Assert.Contains("48 bytes of text/plain", (await FailAsync(bed, Read)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_of_the_caller_is_no_failure_of_the_server()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Node.Break("secret/", FakeVaultFault.Silence());
        using var cancelled = new CancellationTokenSource();
        var asking = bed.CreateClient().SendAsync(Read, cancelled.Token).AsTask();

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    private static async Task<SecretSourceException> FailAsync(VaultTestbed bed, VaultRequest request)
    {
        var client = bed.CreateClient();
        return await Assert.ThrowsAsync<SecretSourceException>(async () => await client.SendAsync(request, CancellationToken.None));
    }
}
