using Xunit.Sdk;

namespace SecretProviders.Testing.Tests.Proofs;

/// <summary>Runs one test of a suite as the runner would, and expects that it fails.</summary>
internal static class Proof
{
    /// <summary>The test fails by an assertion.</summary>
    public static async Task FailsAsync<TSuite>(Func<TSuite, Task> test)
        where TSuite : IAsyncLifetime, new() => Assert.IsAssignableFrom<XunitException>(await RunAsync(test));

    /// <summary>The test fails by an exception: the source's own, or a wait that was given up.</summary>
    public static async Task ThrowsAsync<TSuite, TException>(Func<TSuite, Task> test)
        where TSuite : IAsyncLifetime, new()
        where TException : Exception => Assert.IsAssignableFrom<TException>(await RunAsync(test));

    private static async Task<Exception?> RunAsync<TSuite>(Func<TSuite, Task> test)
        where TSuite : IAsyncLifetime, new()
    {
        var suite = new TSuite();
        await suite.InitializeAsync();
        var failure = await Record.ExceptionAsync(() => test(suite));

        // Spoiled sources may fail once more when they are closed; the first failure is the one that counts.
        await Record.ExceptionAsync(async () => await suite.DisposeAsync());
        return failure;
    }
}
