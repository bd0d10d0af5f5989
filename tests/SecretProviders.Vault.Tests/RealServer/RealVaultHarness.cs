using System.Collections.Immutable;
using System.Text.Json.Nodes;
using SecretProviders.ConformanceTests;
using SecretProviders.Vault.Tests.Conformance;

namespace SecretProviders.Vault.Tests.RealServer;

/// <summary>KV version 2 of the real server, in a mount, with a policy and a token of each test's own.</summary>
public sealed class RealVaultHarness : VaultHarness
{
    private readonly string _name = RealVault.NewName();
    private string? _token;

    public RealVaultHarness()
        : base(RealVault.Now)
    {
    }

    public override ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty
        .Add(SourceAbility.CountWatches, "Vault is polled: it bears no watches.")
        .Add(SourceAbility.CountReads, "A server counts nothing that a client may see.")
        .Add(SourceAbility.Down, "The server is not the test's to stop.")
        .Add(SourceAbility.Silent, "A real server answers.")
        .Add(SourceAbility.Throttled, "A quota would hold for other tests too.");

    protected override string Address => RealVault.Address!;

    protected override string Token => _token!;

    protected override string Mount => _name;

    public override async ValueTask StartAsync()
    {
        await RealVault.MountKvAsync(_name, "2");
        await WritePolicyAsync(null);
        _token = await RealVault.NewTokenAsync(_name, "1h");
    }

    public override async Task BreakAsync(SecretReference reference, StoreFault fault)
    {
        if (fault == StoreFault.Denied)
        {
            await WritePolicyAsync(reference.Key);
        }
        else
        {
            await base.BreakAsync(reference, fault);
        }
    }

    public override async Task HealAsync(SecretReference reference)
    {
        await WritePolicyAsync(null);
        await base.HealAsync(reference);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_token is { } token)
        {
            await RealVault.AskAsync("POST", "auth/token/revoke-self", token: token);
            await RealVault.AskAsync("DELETE", $"sys/policies/acl/{_name}");
            await RealVault.AskAsync("DELETE", $"sys/mounts/{_name}");
        }

        await base.DisposeAsync();
    }

    protected override void Configure(VaultSecretSourceOptions options) => RealVault.Configure(options);

    protected override Task<JsonObject?> AsRootAsync(string method, string path, JsonObject? body) => RealVault.AskAsync(method, path, body);

    private Task WritePolicyAsync(string? denied)
    {
        string[] paths = denied is null ? [] : [denied, denied.Replace("/data/", "/metadata/", StringComparison.Ordinal)];
        var rules = paths.Select(static path => $$"""path "{{path}}" { capabilities = ["deny"] }""").Prepend($$"""path "{{_name}}/*" { capabilities = ["read"] }""");
        return RealVault.WritePolicyAsync(_name, string.Join("\n", rules));
    }
}
