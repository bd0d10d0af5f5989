namespace SecretProviders.Testing.Tests.Proofs;

public sealed class RotationSuiteProofs
{
    [Fact]
    public Task A_certificate_with_the_key_before_is_caught() =>
        Proof.FailsAsync<Probes.Rotation<Spoiled<SaysHalves>>>(static suite => suite.Every_pair_matches_and_the_last_arrives());

    [Fact]
    public Task A_half_written_pair_is_caught() =>
        Proof.FailsAsync<Probes.Rotation<Spoiled<SaysHalves>>>(static suite => suite.Half_written_pair_is_not_found());

    [Fact]
    public Task A_rotation_that_stops_is_caught() =>
        Proof.ThrowsAsync<Probes.Rotation<Hanging<StopsRotating>>, TimeoutException>(static suite => suite.Names_rotate_independently());

    [Fact]
    public Task Trust_that_does_not_vouch_is_caught() =>
        Proof.FailsAsync<Probes.Rotation<Spoiled<AddsStrangeTrust>>>(static suite => suite.Trust_of_the_same_answer_vouches_for_its_leaf());

    private sealed class SaysHalves : Spoiler
    {
        private TlsCertificate? _previous;

        protected override IEnumerable<SecretState> Spoil(SecretState state)
        {
            if (state is not SecretState.Found { Secret: TlsCertificate pair })
            {
                return [state];
            }

            var previous = _previous;
            _previous = pair;
            return previous is null ? [state] : [new SecretState.Found(new TlsCertificate(pair.Chain, previous.PrivateKey)), state];
        }
    }

    private sealed class StopsRotating : Spoiler
    {
        private int _finds;

        protected override IEnumerable<SecretState> Spoil(SecretState state) => ++_finds > 5 ? [] : [state];
    }

    private sealed class AddsStrangeTrust : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state)
        {
            using var stranger = new TestCertificateAuthority("Stranger", Harness.Clock);
            return [state is SecretState.Found found ? found with { Trust = stranger.Trust } : state];
        }
    }
}
