using SecretProviders.ConformanceTests;
using SecretProviders.Testing.Tests.Conformance;

namespace SecretProviders.Testing.Tests.Proofs;

/// <summary>A store that is slow in real time is not taken for one that is silent.</summary>
public sealed class SlowStoreProofs
{
    [Theory]
    [InlineData(StoreFault.Denied)]
    [InlineData(StoreFault.Unsound)]
    public Task First_answer_of_a_slow_store_is_awaited(StoreFault fault) =>
        RunAsync<Probes.Failure<SlowToyHarness>>(suite => suite.First_state_says_what_is_wrong(fault));

    [Fact]
    public Task Poll_of_a_slow_store_is_awaited() =>
        RunAsync<Probes.Failure<SlowToyHarness>>(static suite => suite.Unsound_secret_harms_no_other());

    [Fact]
    public Task Time_out_of_a_slow_store_that_fell_silent_passes() =>
        RunAsync<Probes.Failure<SlowToyHarness>>(static suite => suite.Recovery_is_noticed_and_nothing_was_removed(StoreFault.Silent));

    [Fact]
    public Task Release_at_a_slow_store_is_awaited() =>
        RunAsync<Probes.Watch<SlowToyHarness>>(static suite => suite.Last_watcher_releases_the_watch());

    private static async Task RunAsync<TSuite>(Func<TSuite, Task> test)
        where TSuite : IAsyncLifetime, new()
    {
        await using var suite = new TSuite();
        await suite.InitializeAsync();

        Assert.Null(await Record.ExceptionAsync(() => test(suite)));
    }
}
