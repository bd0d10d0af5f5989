using SecretProviders.Vault.Client;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Client;

/// <summary>What several servers of one cluster answer.</summary>
public sealed class VaultFailOverTests
{
    private static readonly VaultRequest Read = VaultRequest.Get("secret/data/web") with { Token = VaultJson.Text(FakeVault.RootToken) };
    private static readonly VaultRequest Mint = VaultRequest.Post("secret/data/minted", VaultJson.Text("""{"data":{"a":"b"}}""")) with { Token = VaultJson.Text(FakeVault.RootToken) };

    [Fact]
    public async Task First_address_that_answers_is_used_until_it_does_not()
    {
        await using var bed = await StartAsync();
        var client = bed.CreateClient();
        await client.SendAsync(Read, CancellationToken.None);
        bed.Nodes[0].Sealed = true;
        await client.SendAsync(Read, CancellationToken.None);
        bed.Nodes[0].Sealed = false;
        await client.SendAsync(Read, CancellationToken.None);

        Assert.Equal((2, 2), (bed.Nodes[0].Count("secret/data/web"), bed.Nodes[1].Count("secret/data/web")));
        Assert.Single(bed.Logs.EventIds, 2700);
    }

    [Fact]
    public async Task Server_that_is_gone_is_passed_over()
    {
        await using var bed = await StartAsync();
        var client = bed.CreateClient();
        await bed.Nodes[0].StopAsync();

        Assert.True((await client.SendAsync(Read, CancellationToken.None)).IsSuccess);
    }

    [Fact]
    public async Task Silent_server_has_its_share_of_the_time_only()
    {
        await using var bed = await StartAsync();
        bed.Nodes[0].Break(string.Empty, FakeVaultFault.Silence());
        var asking = bed.CreateClient(timeout: TimeSpan.FromSeconds(4)).SendAsync(Read, CancellationToken.None).AsTask();
        await bed.Clock.WaitForTimersAsync();

        bed.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.True((await asking).IsSuccess);
    }

    [Fact]
    public async Task All_troubles_are_told()
    {
        await using var bed = await StartAsync();
        bed.Nodes[0].Sealed = true;
        bed.Nodes[1].Initialised = false;

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await bed.CreateClient().SendAsync(Read, CancellationToken.None));

        Assert.Contains($"{bed.Nodes[0].Address} is sealed", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{bed.Nodes[1].Address} is not initialised", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outage_is_definite_only_when_it_is_so_everywhere()
    {
        await using var bed = await StartAsync();
        var client = bed.CreateClient();
        bed.Nodes[1].Sealed = true;
        await bed.Nodes[0].StopAsync();
        var half = await Assert.ThrowsAsync<SecretSourceException>(async () => await client.SendAsync(Read, CancellationToken.None));
        await bed.Nodes[1].StopAsync();
        var all = await Assert.ThrowsAsync<SecretSourceException>(async () => await client.SendAsync(Read, CancellationToken.None));

        Assert.Equal((SecretErrorCode.Unavailable, SecretErrorCode.Unreachable), (half.Code, all.Code));
    }

    [Theory]
    [InlineData("9", 4)]
    [InlineData(null, null)]
    public async Task Wish_to_be_left_alone_counts_when_all_servers_have_it(string? second, int? seconds)
    {
        await using var bed = await StartAsync();
        foreach (var (node, wish) in bed.Nodes.Zip(["4", second]))
        {
            var answer = FakeVaultAnswer.Error(429, "rate limit quota exceeded");
            if (wish is not null)
            {
                answer.Headers["Retry-After"] = wish;
            }

            node.Break("secret/", FakeVaultFault.Instead(answer));
        }

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await bed.CreateClient().SendAsync(Read, CancellationToken.None));

        Assert.Equal((SecretErrorCode.Throttled, seconds), (failure.Code, (int?)failure.RetryAfter?.TotalSeconds));
    }

    [Fact]
    public async Task Standby_that_forwards_is_as_good_as_the_active_server()
    {
        await using var bed = await StartAsync(FakeVaultDialect.Vault18);
        bed.Nodes[0].Active = bed.Nodes[1];

        Assert.True((await bed.CreateClient().SendAsync(Read, CancellationToken.None)).IsSuccess);
        Assert.Empty(bed.Nodes[1].Requests);
    }

    [Fact]
    public async Task Redirect_to_another_address_of_ours_is_followed_and_remembered()
    {
        await using var bed = await StartAsync(FakeVaultDialect.Vault18);
        (bed.Nodes[0].Active, bed.Nodes[0].Redirects) = (bed.Nodes[1], true);
        var client = bed.CreateClient();

        await client.SendAsync(Read, CancellationToken.None);
        await client.SendAsync(Read, CancellationToken.None);

        Assert.Equal((1, 2), (bed.Nodes[0].Requests.Count, bed.Nodes[1].Requests.Count));
        Assert.Equal(FakeVault.RootToken, bed.Nodes[1].Requests[0].Token);
    }

    [Fact]
    public async Task Redirect_to_a_stranger_is_not_followed()
    {
        await using var bed = await VaultTestbed.StartAsync(FakeVaultDialect.Vault18);
        await using var stranger = await FakeVaultNode.StartAsync(bed.Vault);
        (bed.Node.Active, bed.Node.Redirects) = (stranger, true);

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await bed.CreateClient().SendAsync(Read, CancellationToken.None));

        Assert.Contains($"redirects to {stranger.Address}, which is not among the addresses", failure.Message, StringComparison.Ordinal);
        Assert.Empty(stranger.Requests);
    }

    [Fact]
    public async Task Standbys_that_send_each_other_round_end_as_an_outage()
    {
        await using var bed = await StartAsync(FakeVaultDialect.Vault18);
        (bed.Nodes[0].Active, bed.Nodes[0].Redirects) = (bed.Nodes[1], true);
        (bed.Nodes[1].Active, bed.Nodes[1].Redirects) = (bed.Nodes[0], true);

        await Assert.ThrowsAsync<SecretSourceException>(async () => await bed.CreateClient().SendAsync(Read, CancellationToken.None));

        Assert.InRange(bed.Nodes[0].Requests.Count + bed.Nodes[1].Requests.Count, 2, 4);
    }

    [Fact]
    public async Task Standby_that_knows_no_address_to_send_to_is_passed_over()
    {
        await using var bed = await StartAsync();
        bed.Nodes[0].Break("secret/", FakeVaultFault.Instead(new FakeVaultAnswer(307) { Headers = new Dictionary<string, string> { ["Location"] = "/v1/secret/data/minted" } }));

        Assert.True((await bed.CreateClient().SendAsync(Mint, CancellationToken.None)).IsSuccess);
        Assert.Equal(1, bed.Nodes[1].Count("secret/data/minted"));
    }

    [Fact]
    public async Task What_mints_is_not_asked_twice_when_nobody_knows()
    {
        await using var bed = await StartAsync();
        bed.Nodes[0].Break(string.Empty, FakeVaultFault.HangUp());

        await Assert.ThrowsAsync<SecretSourceException>(async () => await bed.CreateClient().SendAsync(Mint, CancellationToken.None));

        Assert.Empty(bed.Nodes[1].Requests);
    }

    [Fact]
    public async Task What_mints_is_asked_elsewhere_when_nothing_was_minted()
    {
        await using var bed = await StartAsync();
        var client = bed.CreateClient();
        bed.Nodes[0].Sealed = true;
        await client.SendAsync(Mint, CancellationToken.None);
        await bed.Nodes[1].StopAsync();
        bed.Nodes[0].Sealed = false;

        Assert.True((await client.SendAsync(Mint, CancellationToken.None)).IsSuccess);
    }

    private static async Task<VaultTestbed> StartAsync(FakeVaultDialect dialect = FakeVaultDialect.OpenBao26)
    {
        var bed = await VaultTestbed.StartAsync(dialect, nodes: 2);
        bed.Put("web", ("a", "b"));
        return bed;
    }
}
