using SecretProviders;
using SecretProviders.ConformanceTests;

namespace Snippets;

/// <summary>What the harness of the README stands before.</summary>
internal sealed class FakeMyServer : IAsyncDisposable
{
    public Uri Address { get; } = new("http://127.0.0.1");

    public ValueTask StartAsync() => ValueTask.CompletedTask;

    public Task PutAsync(string key, Secret secret) => Task.FromResult((key, secret));

    public Task DeleteAsync(string key) => Task.FromResult(key);

    public Task BreakAsync(string key, StoreFault fault, string marker) => Task.FromResult((key, fault, marker));

    public Task HealAsync() => Task.CompletedTask;

    public int Watches(string key) => key.Length;

    public int Reads(string key) => key.Length;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
