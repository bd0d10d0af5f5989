using Microsoft.Extensions.Logging;
using SecretProviders.Spiffe;
using SecretProviders.Testing;

namespace SecretProviders.Xds.Tests.Spiffe;

/// <summary>A source over a Workload API in this process, on a real socket. By default on the system's clock, so that back-off passes by itself.</summary>
internal sealed class SpiffeFixture : IAsyncDisposable
{
    public const string Web = "spiffe://example.org/web";
    public const string Db = "spiffe://example.org/db";
    public const string Domain = "spiffe://example.org";
    private readonly List<SecretStateReader> _readers = [];
    private ISecretSource? _source;

    public FakeWorkloadServer Server { get; } = new();

    public TestCertificateAuthority Authority { get; } = new("example.org");

    public LogCollector Logs { get; } = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public SpiffeSecretSourceOptions Options { get; } = new() { Timeout = TimeSpan.FromMinutes(5) };

    public ISecretSource Source => _source ??= new SpiffeSecretSource("spire", Options, Clock, Logs.CreateLogger<SpiffeSecretSource>());

    public static async Task<SpiffeFixture> StartAsync(TimeProvider? clock = null, bool listen = true)
    {
        var fixture = new SpiffeFixture { Clock = clock ?? TimeProvider.System };
        fixture.Options.Socket = fixture.Server.Socket;
        await fixture.ServeAsync(Web, Db);
        if (listen)
        {
            await fixture.Server.StartAsync();
        }

        return fixture;
    }

    /// <summary>Waits until the source waits on a manual clock, which is a moment after the call was over, and says for how long.</summary>
    public static async Task<TimeSpan> WhenWaitingAsync(ManualTimeProvider clock, Func<TimeSpan, bool> condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (clock.ActiveDelays.Where(condition).ToArray() is [var wait, ..])
            {
                return wait + TimeSpan.FromMilliseconds(1);
            }

            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60), "The source did not wait.");
            await Task.Yield();
        }
    }

    /// <summary>Serves new SVIDs under these names, and the bundle of their trust domain.</summary>
    public Task ServeAsync(params IEnumerable<string> ids) => Server.ServeAsync(
        Svids.Response(ids.Select(id => Svids.Make(Authority, id))),
        Svids.Bundles((Domain, Svids.Bundle(Authority))));

    public SecretStateReader Open(string key, SecretKind? kind = null)
    {
        var reader = new SecretStateReader(Source, new SecretReference(key) { Kind = kind });
        _readers.Add(reader);
        return reader;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var reader in _readers)
        {
            await reader.DisposeAsync();
        }

        if (_source is not null)
        {
            await _source.DisposeAsync();
        }

        await Server.DisposeAsync();
        Authority.Dispose();
        Logs.Dispose();
    }
}
