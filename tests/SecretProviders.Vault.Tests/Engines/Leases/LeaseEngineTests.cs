using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Engines.Leases;

public sealed class LeaseEngineTests
{
    private const int NotRenewed = 2720;
    private static readonly SecretReference Creds = new("database/creds/app");

    [Theory]
    [InlineData(nameof(FakeVaultDialect.Vault18))]
    [InlineData(nameof(FakeVaultDialect.OpenBao26))]
    public async Task Credentials_are_a_generic_secret_with_fields_and_an_end(string dialect)
    {
        await using var lab = await VaultLab.StartAsync(Enum.Parse<FakeVaultDialect>(dialect));
        var database = lab.Vault.AddDatabase();

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(Creds));

        Assert.Equal(["password", "username"], ((GenericSecret)found.Secret).Fields.Keys);
        Assert.Equal(Assert.Single(database.Created), User(found));
        Assert.True(found.Minted);
        Assert.Equal(lab.Clock.GetUtcNow().AddHours(1), found.ValidUntil);
        Assert.Equal(new SecretOrigin("vault") { Location = "database/creds/app" }, found.Origin);
    }

    [Fact]
    public async Task One_field_may_be_asked_for()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase();

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(Creds with { Property = "username" }));

        Assert.Equal(Assert.Single(database.Created), Encoding.UTF8.GetString(((GenericSecret)found.Secret).Value!.GetSpan()));
    }

    [Theory]
    [InlineData("1h")]
    [InlineData("60s")]
    public async Task Lease_is_renewed_and_the_credentials_stay(string ttl)
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase(ttl);
        var life = FakeDuration.Parse(ttl)!.Value;
        var reader = lab.Watch(Creds);
        var first = await lab.UntilAsync<SecretState.Found>(reader);

        await lab.AdvanceAsync(life * 5);
        var latest = Assert.IsType<SecretState.Found>(await lab.LatestAsync(reader));

        Assert.Equal(first.Secret, latest.Secret);
        Assert.True(latest.ValidUntil > lab.Clock.GetUtcNow());
        Assert.Single(database.Created);
        Assert.InRange(Assert.Single(lab.Vault.Leases.Alive).Renewals, 5, 9);
    }

    [Fact]
    public async Task Renewal_asks_for_the_length_of_the_first_grant()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddDatabase("40m");
        var reader = lab.Watch(Creds);
        await lab.UntilAsync<SecretState.Found>(reader);

        await lab.UntilAsync<SecretState.Found>(reader);

        var renewal = lab.Node.Requests.Single(static one => one.Path == "sys/leases/renew");
        Assert.Equal(("2400", lab.Vault.Leases.Alive.Single().Id), (renewal.Text("increment"), renewal.Text("lease_id")));
    }

    [Theory]
    [InlineData(nameof(FakeVaultDialect.Vault18))]
    [InlineData(nameof(FakeVaultDialect.OpenBao26))]
    public async Task Credentials_whose_lease_nears_its_last_end_are_replaced_before_it(string dialect)
    {
        await using var lab = await VaultLab.StartAsync(Enum.Parse<FakeVaultDialect>(dialect));
        var database = lab.Vault.AddDatabase("1h", maxTtl: "3h");
        var reader = lab.Watch(Creds);
        var latest = await lab.UntilAsync<SecretState.Found>(reader);

        for (var i = 0; i < 40; i++)
        {
            await lab.AdvanceAsync(TimeSpan.FromMinutes(15));

            // What the server has granted may still be on its way; the clock stands still meanwhile.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            do
            {
                patience.Token.ThrowIfCancellationRequested();
                latest = Assert.IsType<SecretState.Found>(await lab.LatestAsync(reader));
            }
            while (lab.Vault.Leases.Alive.All(lease => lease.Expires != latest.ValidUntil));
        }

        Assert.InRange(database.Created.Count, 4, 6);
        Assert.Equal(database.Created[^1], User(latest));
        Assert.All(lab.Node.Requests.Where(static one => one.Path == "sys/leases/renew"), static one => Assert.Equal("3600", one.Text("increment")));
        Assert.DoesNotContain(NotRenewed, lab.Logs.EventIds);
    }

    [Fact]
    public async Task Credentials_whose_lease_cannot_be_renewed_are_replaced_before_its_end()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase("1h");
        database.Renewable = false;
        var reader = lab.Watch(Creds);
        var first = await lab.UntilAsync<SecretState.Found>(reader);

        var second = await lab.UntilAsync<SecretState.Found>(reader);

        Assert.True(lab.Clock.GetUtcNow() < first.ValidUntil);
        Assert.NotEqual(first.Secret, second.Secret);
        Assert.Equal(0, lab.Node.Count("sys/leases/renew"));
    }

    [Fact]
    public async Task Lease_that_an_operator_revoked_is_replaced_when_it_is_to_be_renewed()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase("1h");
        var reader = lab.Watch(Creds);
        await lab.UntilAsync<SecretState.Found>(reader);
        lab.Vault.Write("sys/leases/revoke-prefix/database", []);

        await lab.UntilAsync<SecretState.Found>(reader);

        Assert.Equal(2, database.Created.Count);
        Assert.Contains(NotRenewed, lab.Logs.EventIds);
    }

    [Fact]
    public async Task Token_that_may_not_renew_leases_gets_new_credentials_instead()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase("1h");
        lab.LogInByAppRole("""path "database/creds/app" { capabilities = ["read"] } path "sys/leases/renew" { capabilities = ["deny"] }""", ttl: "100h");
        var reader = lab.Watch(Creds);
        await lab.UntilAsync<SecretState.Found>(reader);

        await lab.UntilAsync<SecretState.Found>(reader);

        Assert.Equal(2, database.Created.Count);
        Assert.All(reader.History, static state => Assert.IsType<SecretState.Found>(state));
    }

    [Fact]
    public async Task Server_that_is_sealed_while_renewing_keeps_the_credentials()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase("1h");
        var reader = lab.Watch(Creds);
        var first = await lab.UntilAsync<SecretState.Found>(reader);
        lab.Node.Sealed = true;

        var lost = await lab.UntilAsync<SecretState.Unavailable>(reader);
        Assert.Equal(first, lost.LastGood);
        await lab.AdvanceAsync((first.ValidUntil!.Value - lab.Clock.GetUtcNow()) * 2 / 3);
        lab.Node.Sealed = false;
        var renewed = await lab.UntilAsync<SecretState.Found>(reader);

        Assert.Equal(first.Secret, renewed.Secret);
        Assert.True(renewed.ValidUntil > first.ValidUntil);
        Assert.Single(database.Created);
    }

    [Fact]
    public async Task Refresh_during_a_renewal_gets_new_credentials_all_the_same()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase("1h");
        var reader = lab.Watch(Creds);
        await lab.UntilAsync<SecretState.Found>(reader);
        lab.Node.Break("sys/leases/renew", FakeVaultFault.Silence());
        lab.Clock.Advance(TimeSpan.FromMinutes(50));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (lab.Node.Count("sys/leases/renew") == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), patience.Token);
        }

        var refreshed = lab.Source.RefreshAsync(Creds, patience.Token);
        lab.Node.Heal("sys/leases/renew");
        await refreshed;

        Assert.Equal(2, database.Created.Count);
    }

    [Fact]
    public async Task Unknown_role_is_Invalid_with_Vaults_own_words()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddDatabase();

        var invalid = await lab.UntilAsync<SecretState.Invalid>(lab.Watch(new SecretReference("database/creds/none")));

        Assert.Contains("unknown role: none", invalid.Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lack_of_permission_says_what_to_grant()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddDatabase();
        lab.LogInByAppRole("""path "other/*" { capabilities = ["read"] }""");

        var denied = await lab.UntilAsync<SecretState.Denied>(lab.Watch(Creds));

        Assert.Contains("grant 'read' on 'database/creds/app'", denied.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_of_credentials_is_refused()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase();

        await lab.UntilAsync<SecretState.Invalid>(lab.Watch(Creds with { Version = "1" }));

        Assert.Empty(database.Created);
    }

    [Fact]
    public async Task Parameters_are_written_to_engines_that_take_them()
    {
        await using var lab = await VaultLab.StartAsync();

        await lab.UntilAsync<SecretState.Invalid>(lab.Watch(VaultLab.Reference("kubernetes/creds/app", ("kubernetes_namespace", "edge"))));

        var request = lab.Node.Requests.Single(static one => one.Path == "kubernetes/creds/app");
        Assert.Equal(("POST", "edge"), (request.Method, request.Text("kubernetes_namespace")));
    }

    [Fact]
    public async Task Lease_on_a_path_of_any_shape_is_renewed_and_not_polled()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase("1h");
        var reader = lab.Watch(new SecretReference("database/token/app") { Kind = SecretKind.Generic });
        await lab.UntilAsync<SecretState.Found>(reader);

        await lab.AdvanceAsync(TimeSpan.FromHours(3));
        await lab.Source.DisposeAsync();

        Assert.Equal(Assert.Single(database.Created), Assert.Single(database.Revoked));
    }

    [Fact]
    public async Task Tokens_that_are_used_up_at_once_do_not_make_credentials_without_end()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase();
        lab.LogInByAppRole("""path "database/creds/*" { capabilities = ["read"] }""", uses: 1);
        var readers = new[] { null, "username", "password" }.Select(property => lab.Watch(new SecretReference("database/creds/app") { Property = property })).ToArray();
        await Task.WhenAll(readers.Select(static reader => reader.NextAsync()));

        // In small steps, since what replaces them begins when it likes.
        for (var i = 0; i < 60; i++)
        {
            await lab.AdvanceAsync(TimeSpan.FromSeconds(10));
        }

        Assert.InRange(database.Created.Count, 4, 200);
    }

    [Fact]
    public async Task Question_that_may_have_made_credentials_is_not_asked_of_another_server_at_once()
    {
        await using var lab = await VaultLab.StartAsync(nodes: 2);
        lab.Vault.AddDatabase();
        lab.Node.Break("database/", FakeVaultFault.HangUp());

        await lab.UntilAsync<SecretState.Unavailable>(lab.Watch(new SecretReference("database/creds/app")));

        Assert.Equal(0, lab.Nodes[1].Count("database/creds/app"));
    }

    [Fact]
    public async Task Lease_of_values_in_base64_is_replaced_by_another_read_and_nothing_is_written()
    {
        const string Path = "gcp/key/app";
        await using var lab = await VaultLab.StartAsync();
        lab.Node.Break(Path, FakeVaultFault.Instead(new FakeVaultAnswer(200)
        {
            Raw = """{"request_id":"1","lease_id":"gcp/key/app/1","renewable":false,"lease_duration":3600,"data":{"key":"AP8="}}"""u8.ToArray(),
        }));
        var reader = lab.Watch(VaultLab.Reference(Path, ("encoding", "base64")) with { Kind = SecretKind.Generic });
        await lab.UntilAsync<SecretState.Found>(reader);

        await lab.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.Equal((2, 0), (lab.Node.Count(Path), lab.Node.Count(Path, "POST")));
        var found = Assert.IsType<SecretState.Found>(await lab.LatestAsync(reader));
        Assert.Equal([0, 255], Assert.IsType<GenericSecret>(found.Secret).Fields["key"].Memory.ToArray());
    }

    [Fact]
    public async Task Static_role_is_polled_and_changes_only_by_its_rotation()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddDatabase();
        lab.Vault.Write("database/static-roles/st", new JsonObject { ["db_name"] = "pg", ["username"] = "app", ["rotation_period"] = "1h" });
        var reader = lab.Watch(new SecretReference("database/static-creds/st"));
        var first = await lab.UntilAsync<SecretState.Found>(reader);
        Assert.False(first.Minted);

        await lab.AdvanceAsync(TimeSpan.FromMinutes(50));
        Assert.Equal(first, await lab.LatestAsync(reader));
        var second = await lab.UntilAsync<SecretState.Found>(reader);

        Assert.NotEqual(first.Secret, second.Secret);
        Assert.DoesNotContain("ttl", ((GenericSecret)second.Secret).Fields.Keys);
    }

    [Fact]
    public async Task Question_that_makes_something_is_told_as_it_is()
    {
        await using var lab = await VaultLab.StartAsync();

        Assert.True(lab.Source.Mints(Creds));
        Assert.True(lab.Source.Mints(new SecretReference("aws/sts/deploy")));
        Assert.False(lab.Source.Mints(new SecretReference("database/static-creds/app")));
        Assert.False(lab.Source.Mints(new SecretReference("secret/data/creds/app")));
    }

    private static string User(SecretState.Found found) => Encoding.UTF8.GetString(((GenericSecret)found.Secret).Fields["username"].GetSpan());
}
