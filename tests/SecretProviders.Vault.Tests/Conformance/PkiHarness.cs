using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.ConformanceTests;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Conformance;

/// <summary>The fake's PKI engine: certificates that it issues or signs, and its authority as trust.</summary>
public abstract class PkiHarness : SecretSourceHarness
{
    private readonly TestFile _token = new();
    private FakeVaultNode? _node;

    public override ImmutableArray<SecretKind> Kinds => [SecretKind.TlsCertificate, SecretKind.ValidationContext];

    public override ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty
        .Add(SourceAbility.Write, "The authority makes the certificates: nobody decides what they are.")
        .Add(SourceAbility.Delete, "What was issued stays until it ends.")
        .Add(SourceAbility.Absence, "A role issues for every name that it allows.")
        .Add(SourceAbility.CountWatches, "Nothing is watched: a certificate is asked for when the last one nears its end.");

    public override ImmutableArray<string> UnusualNames => ["a.b", "with-dash", "*.wild.example"];

    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(2);

    internal abstract FakeVaultDialect Dialect { get; }

    /// <summary>Gets <c>issue</c>, or <c>sign</c> for keys that are made by the source.</summary>
    protected abstract string Verb { get; }

    private FakeVaultNode Node => _node!;

    // Certificates have instants, so this clock is the client's; how far clocks may differ has tests of its own.
    public override async ValueTask StartAsync()
    {
        var vault = new FakeVault(Dialect, Clock);
        vault.AddPki("pki", intermediate: Verb == "sign");
        _node = await FakeVaultNode.StartAsync(vault);
    }

    public override ISecretSource CreateSource()
    {
        var options = new VaultSecretSourceOptions { Auth = { Token = _token.Holding(FakeVault.RootToken) } };
        options.Addresses.Add(Node.Address);
        return new VaultSecretSource("vault", options, null, Clock, Logs.CreateLogger("vault"));
    }

    // Each name has a role of its own, so that one can be broken and another not.
    public override SecretReference Reference(string name, SecretKind kind)
    {
        if (kind == SecretKind.ValidationContext)
        {
            return new SecretReference("pki/cert/ca_chain") { Kind = kind };
        }

        var role = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(name));
        Node.Vault.AddRole("pki", role, new JsonObject { ["allow_any_name"] = true, ["ttl"] = "1h" });
        var reference = new SecretReference($"pki/{Verb}/{role}") { Kind = kind };
        return reference with { Parameters = reference.Parameters.Add("common_name", name) };
    }

    // The next one comes when the clock gets there.
    public override Task RotateAsync(SecretReference reference) => Task.CompletedTask;

    public override Task BreakAsync(SecretReference reference, StoreFault fault)
    {
        Node.Break(fault is StoreFault.Down or StoreFault.Silent ? string.Empty : reference.Key, fault switch
        {
            StoreFault.Down => FakeVaultFault.HangUp(),
            StoreFault.Silent => FakeVaultFault.Silence(),
            StoreFault.Throttled => FakeVaultFault.Instead(Throttled()),
            StoreFault.Denied => FakeVaultFault.Instead(FakeVaultAnswer.DeniedByPolicy()),
            _ => FakeVaultFault.Instead(FakeVaultAnswer.Ok(new JsonObject { ["certificate"] = "!" + Marker, ["private_key"] = "!" + Marker, ["revocation_time"] = 0 })),
        });
        return Task.CompletedTask;
    }

    public override Task HealAsync(SecretReference reference)
    {
        Node.Heal(string.Empty);
        Node.Heal(reference.Key);
        return Task.CompletedTask;
    }

    public override int ReadsAtStore(SecretReference reference) => Node.Count(reference.Key);

    public override async ValueTask DisposeAsync()
    {
        if (_node is { } node)
        {
            await node.DisposeAsync();
        }

        _token.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private FakeVaultAnswer Throttled()
    {
        var answer = FakeVaultAnswer.Error(429, "request path \"pki\": rate limit quota exceeded");
        answer.Headers["Retry-After"] = $"{RetryAfter!.Value.TotalSeconds}";
        return answer;
    }
}
