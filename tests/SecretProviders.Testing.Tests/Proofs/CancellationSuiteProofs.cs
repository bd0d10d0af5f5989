using System.Runtime.CompilerServices;

namespace SecretProviders.Testing.Tests.Proofs;

public sealed class CancellationSuiteProofs
{
    [Fact]
    public Task A_watch_that_throws_before_it_begins_is_caught() =>
        Proof.ThrowsAsync<Probes.Cancellation<Spoiled<Throws>>, OperationCanceledException>(static suite => suite.Cancelled_before_it_begins_a_watch_completes());

    [Fact]
    public Task A_watch_that_throws_while_it_waits_is_caught() =>
        Proof.ThrowsAsync<Probes.Cancellation<Spoiled<Throws>>, OperationCanceledException>(static suite => suite.Cancelled_while_it_waits_a_watch_completes());

    [Fact]
    public Task A_watch_that_throws_between_two_states_is_caught() =>
        Proof.ThrowsAsync<Probes.Cancellation<Spoiled<Throws>>, OperationCanceledException>(static suite => suite.Cancelled_between_two_states_a_watch_completes());

    [Fact]
    public Task A_watch_that_cannot_be_cancelled_is_caught() =>
        Proof.ThrowsAsync<Probes.Cancellation<Hanging<IgnoresTheToken>>, TimeoutException>(static suite => suite.Cancelled_while_it_waits_a_watch_completes());

    [Fact]
    public Task A_first_read_that_cannot_be_cancelled_is_caught() =>
        Proof.ThrowsAsync<Probes.Cancellation<Hanging<IgnoresTheToken>>, TimeoutException>(static suite => suite.Cancelled_before_the_first_state_a_watch_completes());

    [Fact]
    public Task An_ignored_token_of_the_enumerator_is_caught() =>
        Proof.ThrowsAsync<Probes.Cancellation<Hanging<IgnoresTheToken>>, TimeoutException>(static suite => suite.Token_of_the_enumerator_cancels_too());

    [Fact]
    public Task One_cancellation_for_all_is_caught() =>
        Proof.ThrowsAsync<Probes.Cancellation<Spoiled<CancelsAll>>, InvalidOperationException>(static suite => suite.Cancelling_one_watcher_does_not_end_another());

    private sealed class Throws : Spoiler
    {
        public override async IAsyncEnumerable<SecretState> WatchAsync(
            SecretReference reference,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var state in Inner.WatchAsync(reference, cancellationToken))
            {
                yield return state;
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private sealed class IgnoresTheToken : Spoiler
    {
        public override IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default) => ReadAsync(reference);

        private async IAsyncEnumerable<SecretState> ReadAsync(SecretReference reference)
        {
            await foreach (var state in Inner.WatchAsync(reference, CancellationToken.None))
            {
                yield return state;
            }
        }
    }

    private sealed class CancelsAll : Spoiler
    {
        private readonly CancellationTokenSource _all = new();

        public override IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default)
        {
            cancellationToken.Register(_all.Cancel);
            return Inner.WatchAsync(reference, _all.Token);
        }
    }
}
