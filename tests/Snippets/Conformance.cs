using System.Collections.Immutable;
using SecretProviders;
using SecretProviders.ConformanceTests;

namespace Snippets;

public sealed class MyHarness : SecretSourceHarness
{
    private readonly FakeMyServer _server = new();

    public override ImmutableArray<SecretKind> Kinds => [SecretKind.TlsCertificate, SecretKind.Generic];

    // What cannot be done here, with the reason. The suites then check what holds instead; nothing is skipped.
    public override ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty
        .Add(SourceAbility.Throttled, "The store has no rate limit.");

    public override ValueTask StartAsync() => _server.StartAsync();

    public override ISecretSource CreateSource() => new MySecretSource("my", new() { Address = _server.Address }, Clock, Logs);

    public override Task PutAsync(SecretReference reference, Secret secret) => _server.PutAsync(reference.Key, secret);

    public override Task DeleteAsync(SecretReference reference) => _server.DeleteAsync(reference.Key);

    public override Task BreakAsync(SecretReference reference, StoreFault fault) => _server.BreakAsync(reference.Key, fault, Marker);

    public override Task HealAsync(SecretReference reference) => _server.HealAsync();

    public override int WatchesAtStore(SecretReference reference) => _server.Watches(reference.Key);

    public override int ReadsAtStore(SecretReference reference) => _server.Reads(reference.Key);

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }
}
