using System.Runtime.CompilerServices;
using SecretProviders.ConformanceTests;

namespace SecretProviders.Testing.Tests.Proofs;

public sealed class FailureSuiteProofs
{
    [Fact]
    public Task A_stream_that_throws_in_an_outage_is_caught() =>
        Proof.ThrowsAsync<Probes.Failure<Spoiled<Throws>>, HttpRequestException>(static suite => suite.Last_good_survives(StoreFault.Down));

    [Fact]
    public Task A_stream_that_ends_in_an_outage_is_caught() =>
        Proof.ThrowsAsync<Probes.Failure<Spoiled<Ends>>, InvalidOperationException>(static suite => suite.Last_good_survives(StoreFault.Down));

    [Fact]
    public Task An_outage_without_the_last_good_is_caught() =>
        Proof.FailsAsync<Probes.Failure<Spoiled<ForgetsLastGood>>>(static suite => suite.Last_good_survives(StoreFault.Down));

    [Fact]
    public Task An_outage_as_a_removal_is_caught() =>
        Proof.FailsAsync<Probes.Failure<Spoiled<CallsOutageRemoval>>>(static suite => suite.Recovery_is_noticed_and_nothing_was_removed(StoreFault.Down));

    [Fact]
    public Task A_refusal_as_an_outage_is_caught() =>
        Proof.FailsAsync<Probes.Failure<Spoiled<CallsDeniedUnavailable>>>(static suite => suite.First_state_says_what_is_wrong(StoreFault.Denied));

    [Fact]
    public Task A_source_that_waits_for_a_store_that_is_down_is_caught() =>
        Proof.ThrowsAsync<Probes.Failure<Hanging<HidesOutages>>, TimeoutException>(static suite => suite.First_state_says_what_is_wrong(StoreFault.Down));

    [Fact]
    public Task A_source_that_waits_for_a_silent_store_is_caught() =>
        Proof.ThrowsAsync<Probes.Failure<Hanging<HidesOutages>>, TimeoutException>(static suite => suite.First_state_says_what_is_wrong(StoreFault.Silent));

    [Fact]
    public Task A_source_that_gives_up_is_caught() =>
        Proof.ThrowsAsync<Probes.Failure<Hanging<GivesUp>>, TimeoutException>(static suite => suite.Recovery_is_noticed_and_nothing_was_removed(StoreFault.Throttled));

    [Fact]
    public Task An_outage_that_is_said_again_is_caught() =>
        Proof.FailsAsync<Probes.Failure<Spoiled<RepeatsOutages>>>(static suite => suite.Lasting_fault_is_said_once(StoreFault.Down));

    [Fact]
    public Task An_outage_that_forgets_the_deletion_is_caught() =>
        Proof.FailsAsync<Probes.Failure<Spoiled<ForgetsTheTimeInOutages>>>(static suite => suite.Deletion_is_remembered_through_an_outage());

    [Fact]
    public Task A_busy_loop_is_caught() =>
        Proof.FailsAsync<Probes.Failure<Spoiled<AsksAllTheTime>>>(static suite => suite.Outage_is_not_met_with_a_busy_loop());

    [Fact]
    public Task One_unsound_secret_that_harms_another_is_caught() =>
        Proof.FailsAsync<Probes.Failure<Spoiled<IsPoisoned>>>(static suite => suite.Unsound_secret_harms_no_other());

    [Fact]
    public Task A_wish_that_is_not_passed_on_is_caught() =>
        Proof.FailsAsync<Probes.Failure<Spoiled<ForgetsTheWish>>>(static suite => suite.Store_that_asks_to_be_left_alone_is_left_alone());

    [Fact]
    public Task A_wish_that_is_not_kept_is_caught() =>
        Proof.FailsAsync<Probes.Failure<Spoiled<AsksAllTheTime>>>(static suite => suite.Store_that_asks_to_be_left_alone_is_left_alone());

    [Theory]
    [InlineData(StoreFault.Down)]
    [InlineData(StoreFault.Throttled)]
    public Task A_wrong_word_on_whether_waiting_helps_is_caught(StoreFault fault) =>
        Proof.FailsAsync<Probes.Failure<Spoiled<TurnsDefinite>>>(suite => suite.Definite_is_what_waiting_does_not_mend(fault));

    private sealed class Throws : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) =>
            [state is SecretState.Unavailable ? throw new HttpRequestException("503") : state];
    }

    private sealed class Ends : Spoiler
    {
        public override async IAsyncEnumerable<SecretState> WatchAsync(
            SecretReference reference,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var state in Inner.WatchAsync(reference, cancellationToken))
            {
                if (state is SecretState.Unavailable)
                {
                    yield break;
                }

                yield return state;
            }
        }
    }

    private sealed class ForgetsLastGood : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) => [state with { LastGood = null }];
    }

    private sealed class CallsOutageRemoval : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) => state is SecretState.Unavailable
            ? [new SecretState.Removed(RemovalReason.Deleted) { LastGood = state.LastGood }, state]
            : [state];
    }

    private sealed class CallsDeniedUnavailable : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) =>
            [state is SecretState.Denied denied ? new SecretState.Unavailable(denied.Remedy) { LastGood = state.LastGood } : state];
    }

    private sealed class ForgetsTheWish : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) => [state is SecretState.Unavailable outage ? outage with { RetryAfter = null } : state];
    }

    private sealed class TurnsDefinite : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) =>
            [state is SecretState.Unavailable outage ? outage with { Definite = !outage.Definite } : state];
    }

    private sealed class HidesOutages : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) => state is SecretState.Unavailable ? [] : [state];
    }

    private sealed class GivesUp : Spoiler
    {
        private bool _gaveUp;

        protected override IEnumerable<SecretState> Spoil(SecretState state)
        {
            var quiet = _gaveUp;
            _gaveUp |= state is SecretState.Unavailable;
            return quiet ? [] : [state];
        }
    }

    private sealed class RepeatsOutages : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) => state is SecretState.Unavailable ? [state, state] : [state];
    }

    private sealed class ForgetsTheTimeInOutages : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) => [state is SecretState.Unavailable ? state with { DeletedAt = null } : state];
    }

    private sealed class AsksAllTheTime : Spoiler
    {
        public override IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default)
        {
            var often = TimeSpan.FromMilliseconds(100);
            Harness.Clock.CreateTimer(_ => _ = Harness.Store.ReadAsync(reference), null, often, often);
            return Inner.WatchAsync(reference, cancellationToken);
        }
    }

    private sealed class IsPoisoned : Spoiler
    {
        private bool _poisoned;

        protected override IEnumerable<SecretState> Spoil(SecretState state)
        {
            _poisoned |= state is SecretState.Invalid;
            return _poisoned && state is SecretState.Found ? [new SecretState.Unavailable("poisoned") { LastGood = state.LastGood }, state] : [state];
        }
    }
}
