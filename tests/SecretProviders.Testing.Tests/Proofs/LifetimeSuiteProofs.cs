namespace SecretProviders.Testing.Tests.Proofs;

public sealed class LifetimeSuiteProofs
{
    [Fact]
    public Task A_second_disposal_that_throws_is_caught() =>
        Proof.FailsAsync<Probes.Lifetime<Spoiled<ThrowsTheSecondTime>>>(static suite => suite.Source_may_be_disposed_twice());

    [Fact]
    public Task Disposal_by_many_that_throws_is_caught() =>
        Proof.FailsAsync<Probes.Lifetime<Spoiled<ThrowsTheSecondTime>>>(static suite => suite.Source_may_be_disposed_by_many_at_once());

    [Fact]
    public Task A_timer_that_is_left_is_caught() =>
        Proof.FailsAsync<Probes.Lifetime<Spoiled<LeavesATimer>>>(static suite => suite.Nothing_runs_after_disposal());

    [Fact]
    public Task A_timer_that_tries_again_is_caught() =>
        Proof.FailsAsync<Probes.Lifetime<Spoiled<LeavesATimer>>>(static suite => suite.Nothing_tries_again_after_disposal());

    [Fact]
    public Task Watches_that_go_on_are_caught() =>
        Proof.ThrowsAsync<Probes.Lifetime<Hanging<GoesOn>>, TimeoutException>(static suite => suite.Disposal_completes_the_watches());

    [Fact]
    public Task A_first_read_that_goes_on_is_caught() =>
        Proof.ThrowsAsync<Probes.Lifetime<Hanging<GoesOn>>, TimeoutException>(static suite => suite.Disposal_during_the_first_read_completes_the_watch());

    [Fact]
    public Task A_watch_that_throws_after_disposal_is_caught() =>
        Proof.ThrowsAsync<Probes.Lifetime<Spoiled<ThrowsWhenDisposed>>, ObjectDisposedException>(static suite => suite.Watch_of_a_disposed_source_completes());

    private sealed class ThrowsTheSecondTime : Spoiler
    {
        private bool _disposed;

        public override ValueTask DisposeAsync()
        {
            ObjectDisposedException.ThrowIf(Interlocked.Exchange(ref _disposed, true), this);
            return base.DisposeAsync();
        }
    }

    private sealed class LeavesATimer : Spoiler
    {
        public override ValueTask DisposeAsync()
        {
            Harness.Clock.CreateTimer(static _ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
            return base.DisposeAsync();
        }
    }

    private sealed class GoesOn : Spoiler
    {
        protected override bool EndsWithDisposal => false;
    }

    private sealed class ThrowsWhenDisposed : Spoiler
    {
        private bool _disposed;

        public override IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Inner.WatchAsync(reference, cancellationToken);
        }

        public override ValueTask DisposeAsync()
        {
            _disposed = true;
            return base.DisposeAsync();
        }
    }
}
