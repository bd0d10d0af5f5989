using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace SecretProviders.Testing.Tests.Proofs;

public sealed class WatchSuiteProofs
{
    [Fact]
    public Task A_repeated_state_is_caught() =>
        Proof.FailsAsync<Probes.Watch<Spoiled<Repeats>>>(static suite => suite.Equal_state_is_not_repeated());

    [Fact]
    public Task A_repeated_state_without_a_change_is_caught() =>
        Proof.FailsAsync<Probes.Watch<Spoiled<Repeats>>>(static suite => suite.Looking_again_is_no_event());

    [Fact]
    public Task A_lost_change_is_caught() =>
        Proof.ThrowsAsync<Probes.Watch<Hanging<SaysOneThing>>, TimeoutException>(static suite => suite.Change_arrives());

    [Fact]
    public Task NotFound_after_a_find_is_caught() =>
        Proof.FailsAsync<Probes.Watch<Spoiled<CallsRemovedNotFound>>>(static suite => suite.Deleted_secret_is_Removed_with_its_last_good());

    [Fact]
    public Task A_removal_without_its_last_good_is_caught() =>
        Proof.FailsAsync<Probes.Watch<Spoiled<ForgetsLastGood>>>(static suite => suite.Deleted_secret_is_Removed_with_its_last_good());

    [Fact]
    public Task A_removal_without_its_time_is_caught() =>
        Proof.FailsAsync<Probes.Watch<Spoiled<ForgetsTheTime>>>(static suite => suite.Deleted_secret_is_Removed_with_its_last_good());

    [Fact]
    public Task A_find_that_remembers_its_deletion_is_caught() =>
        Proof.FailsAsync<Probes.Watch<Spoiled<RemembersDeletion>>>(static suite => suite.Recreated_secret_forgets_its_deletion());

    [Fact]
    public Task A_backlog_is_caught() =>
        Proof.FailsAsync<Probes.Watch<Spoiled<Queues>>>(static suite => suite.Slow_reader_gets_the_latest());

    [Fact]
    public Task A_watch_per_watcher_is_caught() =>
        Proof.FailsAsync<Probes.Watch<Spoiled<WatchesForEach>>>(static suite => suite.Watchers_of_one_reference_cost_one_watch());

    [Fact]
    public Task A_watch_that_is_not_released_is_caught() =>
        Proof.FailsAsync<Probes.Watch<Hanging<WatchesForEach>>>(static suite => suite.Last_watcher_releases_the_watch());

    [Fact]
    public Task A_watcher_that_takes_others_along_is_caught() =>
        Proof.ThrowsAsync<Probes.Watch<Spoiled<EndsTogether>>, InvalidOperationException>(static suite => suite.Watchers_are_independent());

    private sealed class Repeats : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) => [state, state];
    }

    private sealed class SaysOneThing : Spoiler
    {
        private bool _said;

        protected override IEnumerable<SecretState> Spoil(SecretState state) => Interlocked.Exchange(ref _said, true) ? [] : [state];
    }

    private sealed class CallsRemovedNotFound : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) =>
            [state is SecretState.Removed ? new SecretState.NotFound { LastGood = state.LastGood, DeletedAt = state.DeletedAt } : state];
    }

    private sealed class ForgetsLastGood : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) => [state with { LastGood = null }];
    }

    private sealed class ForgetsTheTime : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) => [state with { DeletedAt = null }];
    }

    private sealed class RemembersDeletion : Spoiler
    {
        private DateTimeOffset? _deletedAt;

        protected override IEnumerable<SecretState> Spoil(SecretState state) => [state with { DeletedAt = _deletedAt = state.DeletedAt ?? _deletedAt }];
    }

    private sealed class Queues : Spoiler
    {
        public override async IAsyncEnumerable<SecretState> WatchAsync(
            SecretReference reference,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var queue = Channel.CreateUnbounded<SecretState>();
            _ = PumpAsync(Inner.WatchAsync(reference, cancellationToken), queue.Writer);
            await foreach (var state in queue.Reader.ReadAllAsync(CancellationToken.None))
            {
                yield return state;
            }
        }

        private static async Task PumpAsync(IAsyncEnumerable<SecretState> states, ChannelWriter<SecretState> queue)
        {
            await foreach (var state in states)
            {
                queue.TryWrite(state);
            }

            queue.Complete();
        }
    }

    private sealed class WatchesForEach : Spoiler
    {
        public override IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default)
        {
            Harness.Store.Watch(reference, static () => { });
            return Inner.WatchAsync(reference, cancellationToken);
        }
    }

    private sealed class EndsTogether : Spoiler
    {
        private readonly CancellationTokenSource _end = new();

        public override async IAsyncEnumerable<SecretState> WatchAsync(
            SecretReference reference,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            using var registration = cancellationToken.Register(_end.Cancel);
            await foreach (var state in Inner.WatchAsync(reference, _end.Token))
            {
                yield return state;
            }
        }
    }
}
