using System.Runtime.CompilerServices;

namespace SecretProviders.Testing.Tests.Proofs;

public sealed class HostileNamesSuiteProofs
{
    [Theory]
    [InlineData("empty")]
    [InlineData("megabyte")]
    [InlineData("null")]
    public Task A_source_that_throws_is_caught(string label) =>
        Proof.ThrowsAsync<Probes.HostileNames<Spoiled<Throws>>, ArgumentException>(suite => suite.Hostile_key_finds_nothing(label));

    [Theory]
    [InlineData("escape")]
    [InlineData("escaped escape")]
    public Task A_key_that_leads_outside_is_caught(string label) =>
        Proof.FailsAsync<Probes.HostileNames<WithOutside>>(suite => suite.Hostile_key_finds_nothing(label));

    [Fact]
    public Task An_outage_as_the_answer_is_caught() =>
        Proof.FailsAsync<Probes.HostileNames<Spoiled<SaysOutage>>>(static suite => suite.Hostile_key_finds_nothing("absolute"));

    [Fact]
    public Task A_key_that_ends_the_source_is_caught() =>
        Proof.ThrowsAsync<Probes.HostileNames<Spoiled<Dies>>, InvalidOperationException>(static suite => suite.Hostile_key_harms_no_other_secret("parent"));

    [Fact]
    public Task Keys_that_end_the_source_are_caught() =>
        Proof.ThrowsAsync<Probes.HostileNames<Spoiled<Dies>>, InvalidOperationException>(static suite => suite.Hostile_keys_at_once_are_all_answered());

    private sealed class Throws : Spoiler
    {
        public override IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default) =>
            reference.Key is { Length: > 0 and < 1000 } key && !key.Contains('\0', StringComparison.Ordinal)
                ? Inner.WatchAsync(reference, cancellationToken)
                : throw new ArgumentException("The key cannot be used.", nameof(reference));
    }

    private sealed class Escapes : Spoiler
    {
        public override IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default) =>
            Inner.WatchAsync(reference with { Key = Uri.UnescapeDataString(reference.Key).Replace("../", string.Empty, StringComparison.Ordinal) }, cancellationToken);
    }

    private sealed class WithOutside : Spoiled<Escapes>
    {
        public override Task PlantOutsideAsync() => RotateAsync(Reference("outside", Kinds[0]));
    }

    private sealed class SaysOutage : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) => [state is SecretState.NotFound ? new SecretState.Unavailable("bad key") : state];
    }

    private sealed class Dies : Spoiler
    {
        public override async IAsyncEnumerable<SecretState> WatchAsync(
            SecretReference reference,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            if (reference.Key == "..")
            {
                await Inner.DisposeAsync();
            }

            await foreach (var state in Inner.WatchAsync(reference, cancellationToken))
            {
                yield return state;
            }
        }
    }
}
