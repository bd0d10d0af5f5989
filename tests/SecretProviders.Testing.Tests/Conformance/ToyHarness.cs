using System.Collections.Immutable;
using SecretProviders.ConformanceTests;

namespace SecretProviders.Testing.Tests.Conformance;

/// <summary>A harness without any gap, so that every branch of the suites runs.</summary>
public class ToyHarness : SecretSourceHarness
{
    private readonly List<ToySecretSource> _sources = [];

    public override ImmutableArray<SecretKind> Kinds =>
        [SecretKind.TlsCertificate, SecretKind.ValidationContext, SecretKind.SessionTicketKeys, SecretKind.Generic];

    internal ToyStore Store { get; } = new();

    public override ISecretSource CreateSource()
    {
        var source = new ToySecretSource(Store, Clock, Logs);
        _sources.Add(source);
        return source;
    }

    public override Task PutAsync(SecretReference reference, Secret secret) =>
        ChangeAsync(reference, (secrets, _) => secrets[reference] = secret);

    public override Task DeleteAsync(SecretReference reference) =>
        ChangeAsync(reference, (secrets, _) => secrets.Remove(reference));

    public override Task BreakAsync(SecretReference reference, StoreFault fault) =>
        ChangeAsync(reference, (_, faults) => faults[reference] = fault);

    public override Task HealAsync(SecretReference reference) =>
        ChangeAsync(reference, (_, faults) => faults.Remove(reference));

    public override int WatchesAtStore(SecretReference reference) => Store.Watches(reference);

    public override int ReadsAtStore(SecretReference reference) => Store.Reads(reference);

    public override Task SettleAsync()
    {
        foreach (var source in _sources)
        {
            source.LookAgain();
        }

        return base.SettleAsync();
    }

    private Task ChangeAsync(SecretReference reference, Action<Dictionary<SecretReference, Secret>, Dictionary<SecretReference, StoreFault>> change)
    {
        Store.Change(reference, change);
        return Task.CompletedTask;
    }
}
