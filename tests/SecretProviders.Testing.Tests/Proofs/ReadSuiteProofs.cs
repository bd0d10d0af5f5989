namespace SecretProviders.Testing.Tests.Proofs;

public sealed class ReadSuiteProofs
{
    [Fact]
    public Task Trimmed_bytes_are_caught() =>
        Proof.FailsAsync<Probes.Read<Spoiled<Trims>>>(static suite => suite.Generic_bytes_survive("CRLF"));

    [Fact]
    public Task A_chain_without_its_intermediates_is_caught() =>
        Proof.FailsAsync<Probes.Read<Spoiled<CutsChains>>>(static suite => suite.Chain_and_key_arrive_together(TestKeyAlgorithm.EcdsaP256));

    [Fact]
    public Task An_absent_secret_as_an_outage_is_caught() =>
        Proof.FailsAsync<Probes.Read<Spoiled<CallsAbsentUnavailable>>>(static suite => suite.Absent_secret_is_NotFound());

    [Fact]
    public Task A_secret_of_the_wrong_kind_is_caught() =>
        Proof.FailsAsync<Probes.Read<Spoiled<IgnoresTheKind>>>(static suite => suite.Kind_that_was_not_asked_for_is_not_found());

    [Fact]
    public Task One_secret_for_two_names_is_caught() =>
        Proof.ThrowsAsync<Probes.Read<Hanging<IgnoresTheKey>>, TimeoutException>(static suite => suite.Every_name_has_its_own_secret());

    private sealed class Trims : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) =>
            [state is SecretState.Found { Secret: GenericSecret { Value: { Length: > 0 } value } } ? new SecretState.Found(new GenericSecret(SensitiveBytes.Copy(value.GetSpan()[..^1]))) : state];
    }

    private sealed class CutsChains : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) =>
            [state is SecretState.Found { Secret: TlsCertificate pair } ? new SecretState.Found(new TlsCertificate([pair.Leaf], pair.PrivateKey)) : state];
    }

    private sealed class CallsAbsentUnavailable : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) =>
            [state is SecretState.NotFound ? new SecretState.Unavailable("404") : state];
    }

    private sealed class IgnoresTheKind : Spoiler
    {
        public override IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default) =>
            Inner.WatchAsync(reference with { Kind = Harness.Kinds[0] }, cancellationToken);
    }

    private sealed class IgnoresTheKey : Spoiler
    {
        public override IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default) =>
            Inner.WatchAsync(reference with { Key = "first" }, cancellationToken);
    }
}
