using System.Collections.Immutable;
using SecretProviders.ConformanceTests;

namespace SecretProviders.Testing.Tests.Conformance;

/// <summary>What tests do to the toy store, whatever source is over it.</summary>
public abstract class ToyStoreHarness : SecretSourceHarness
{
    public override ImmutableArray<SecretKind> Kinds =>
        [SecretKind.TlsCertificate, SecretKind.ValidationContext, SecretKind.SessionTicketKeys, SecretKind.Generic];

    public override TimeSpan? RetryAfter => ToyStore.RetryAfter;

    public override bool? DownIsDefinite => true;

    internal ToyStore Store { get; } = new();

    public override Task PutAsync(SecretReference reference, Secret secret) =>
        ChangeAsync(reference, (secrets, _) => secrets[reference] = secret);

    public override Task DeleteAsync(SecretReference reference) =>
        ChangeAsync(reference, (secrets, _) => secrets.Remove(reference));

    public override Task BreakAsync(SecretReference reference, StoreFault fault) =>
        ChangeAsync(reference, (_, faults) => faults[reference] = fault);

    public override Task HealAsync(SecretReference reference) =>
        ChangeAsync(reference, (_, faults) => faults.Remove(reference));

    public override int ReadsAtStore(SecretReference reference) => Store.Reads(reference);

    private Task ChangeAsync(SecretReference reference, Action<Dictionary<SecretReference, Secret>, Dictionary<SecretReference, StoreFault>> change)
    {
        Store.Change(reference, change);
        return Task.CompletedTask;
    }
}
