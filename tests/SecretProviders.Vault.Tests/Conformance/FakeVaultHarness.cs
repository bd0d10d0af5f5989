using System.Collections.Immutable;
using System.Text.Json.Nodes;
using SecretProviders.ConformanceTests;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Conformance;

/// <summary>The fake on loopback.</summary>
public abstract class FakeVaultHarness : VaultHarness
{
    private FakeVaultNode? _node;
    private bool _isSilent;

    public override ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty
        .Add(SourceAbility.CountWatches, "Vault is polled: it bears no watches.");

    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(2);

    internal abstract FakeVaultDialect Dialect { get; }

    internal FakeVaultNode Node => _node!;

    protected override string Address => Node.Address;

    protected override bool IsSilent => _isSilent;

    protected override string Token => FakeVault.RootToken;

    // A clock of its own, far from the client's.
    public override async ValueTask StartAsync() => _node = await FakeVaultNode.StartAsync(new FakeVault(Dialect, TimeProvider.System));

    public override async Task BreakAsync(SecretReference reference, StoreFault fault)
    {
        switch (fault)
        {
            case StoreFault.Down:
                Node.Break(string.Empty, FakeVaultFault.HangUp());
                break;
            case StoreFault.Silent:
                _isSilent = true;
                Node.Break(string.Empty, FakeVaultFault.Silence());
                break;
            case StoreFault.Throttled:
                var throttled = FakeVaultAnswer.Error(429, "request path \"secret\": rate limit quota exceeded");
                throttled.Headers["Retry-After"] = $"{RetryAfter!.Value.TotalSeconds}";
                Node.Break("secret/", FakeVaultFault.Instead(throttled));
                break;
            case StoreFault.Denied:
                Node.Break("secret/", FakeVaultFault.Instead(FakeVaultAnswer.DeniedByPolicy()));
                break;
            default:
                await base.BreakAsync(reference, fault);
                break;
        }
    }

    public override Task HealAsync(SecretReference reference)
    {
        _isSilent = false;
        Node.Heal(string.Empty);
        Node.Heal("secret/");
        return base.HealAsync(reference);
    }

    public override int ReadsAtStore(SecretReference reference) =>
        Node.Count(reference.Key) + Node.Count(reference.Key.Replace("/data/", "/metadata/", StringComparison.Ordinal));

    public override async ValueTask DisposeAsync()
    {
        if (_node is { } node)
        {
            await node.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override Task<JsonObject?> AsRootAsync(string method, string path, JsonObject? body)
    {
        var answer = Node.Vault.AsRoot(method, Uri.UnescapeDataString(path), body);
        return answer.Status < 300 ? Task.FromResult(answer.Body) : throw new InvalidOperationException($"{method} {path}: {answer.Status} {answer.Body}");
    }
}
