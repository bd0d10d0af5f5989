using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server;
using SecretProviders.Vault.Tests.Server.Engines;
using SecretProviders.Vault.Tests.Server.Engines.Pki;

namespace SecretProviders.Host.Tests.Sources;

/// <summary>The command line against a fake Vault: what reading creates is created when asked for, and else never.</summary>
public sealed class VaultCommandsTests : IAsyncLifetime
{
    private readonly CommandRun _run = new(TimeProvider.System);
    private readonly FakeVault _vault = new(FakeVaultDialect.OpenBao26, TimeProvider.System);
    private FakePki _pki = null!;
    private FakeDatabase _database = null!;
    private FakeVaultNode _node = null!;

    public async ValueTask InitializeAsync()
    {
        _pki = _vault.AddPki("pki");
        _database = _vault.AddDatabase();
        _vault.Write("secret/data/web", new JsonObject { ["data"] = new JsonObject { ["value"] = "kv" } });
        _node = await FakeVaultNode.StartAsync(_vault);
        _run.Write("token", FakeVault.RootToken);
        Configure();
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _run.Dispose();
    }

    [Fact]
    public async Task Check_reads_what_is_there_and_creates_nothing()
    {
        Assert.Equal(0, await _run.RunAsync("check", "--json", "--config", "host.yaml"));

        Assert.Contains("3 secrets would be created by reading, so nothing was read", _run.Error.Lines());
        Assert.Equal(2, _run.Output.Lines().Count(static line => line.Contains("\"Available\"", StringComparison.Ordinal)));
        Assert.Empty(_pki.Issued);
        Assert.Empty(_database.Created);
    }

    [Theory]
    [InlineData("get")]
    [InlineData("explain")]
    public async Task Looking_creates_nothing_and_says_how_to(string command)
    {
        await _run.RunAsync(command, "web", "--config", "host.yaml");

        Assert.Contains("--mint", _run.Output.ToString(), StringComparison.Ordinal);
        Assert.Empty(_pki.Issued);
    }

    [Fact]
    public async Task Get_with_mint_issues_one_certificate_with_the_parameters_of_its_route()
    {
        Assert.Equal(0, await _run.RunAsync("get", "web", "--mint", "--json", "--config", "host.yaml"));

        var view = JsonNode.Parse(_run.Output.ToString())!;
        Assert.Equal(("Available", "vault:pki/issue/web"), (view["status"]!.ToString(), view["origin"]!.ToString()));
        Assert.Single(_pki.Issued);
        var request = _node.Requests.Single(static one => one.Path == "pki/issue/web");
        Assert.Equal(("web.example", "20m"), (request.Text("common_name"), request.Text("ttl")));
        Assert.Empty(_pki.Revoked);
    }

    [Fact]
    public async Task Parameters_take_what_a_pattern_matched()
    {
        Assert.Equal(0, await _run.RunAsync("get", "host/api", "--mint", "--config", "host.yaml"));

        Assert.Equal("api.example", _node.Requests.Single(static one => one.Path == "pki/sign/web").Text("common_name"));
    }

    [Fact]
    public async Task Trust_of_an_issued_certificate_is_served_under_its_name()
    {
        Assert.Equal(0, await _run.RunAsync("get", "web_ca", "--mint", "--json", "--config", "host.yaml"));

        Assert.Equal("validationContext", JsonNode.Parse(_run.Output.ToString())!["kind"]!.ToString());
        Assert.Single(_pki.Issued);
    }

    [Fact]
    public async Task Credentials_of_a_get_end_with_it()
    {
        Assert.Equal(0, await _run.RunAsync("get", "db", "--mint", "--config", "host.yaml"));

        Assert.Equal(Assert.Single(_database.Created), Assert.Single(_database.Revoked));
    }

    [Fact]
    public async Task Certificates_of_a_get_are_revoked_when_the_source_says_so()
    {
        Configure("revokeCertificates: true");

        Assert.Equal(0, await _run.RunAsync("get", "web", "--mint", "--config", "host.yaml"));

        Assert.Equal(Assert.Single(_pki.Issued), Assert.Single(_pki.Revoked));
    }

    [Fact]
    public async Task Pattern_to_what_is_created_needs_a_limit()
    {
        Configure(limit: string.Empty);

        Assert.Equal(2, await _run.RunAsync("check", "--config", "host.yaml"));

        Assert.Contains("maxNames", _run.Error.ToString(), StringComparison.Ordinal);
    }

    private void Configure(string setting = "poll: 30s", string limit = "maxNames: 10, ") => _run.Write("host.yaml", $$"""
        sources:
          vault: { type: vault, address: "{{_node.Address}}", auth: { token: { file: token } }, {{setting}} }
        secrets:
          - name: web
            trust: web_ca
            from: [ { source: vault, key: pki/issue/web, parameters: { common_name: web.example, ttl: 20m } } ]
          - { name: db, kind: generic, from: [ { source: vault, key: database/creds/app } ] }
          - { name: kv, kind: generic, from: [ { source: vault, key: secret/data/web, property: value } ] }
          - { name: ca, kind: validationContext, from: [ { source: vault, key: pki/cert/ca } ] }
          - { name: "host/{name}", {{limit}}from: [ { source: vault, key: pki/sign/web, parameters: { common_name: "{name}.example" } } ] }

        """);
}
