using System.Text.Json.Nodes;
using SecretProviders.Testing;

namespace SecretProviders.Benchmarks;

/// <summary>The least that a watcher can do: one request, one line for each event, its text parsed.</summary>
internal sealed class BareWatch : IAsyncDisposable
{
    private readonly Arrivals _arrivals = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly HttpClient _client;
    private Task _reading = Task.CompletedTask;

    private BareWatch(HttpClient client) => _client = client;

    public static async Task<BareWatch> StartAsync(BenchmarkNamespace place, string name)
    {
        var watch = new BareWatch(place.Connect());
        var stream = await watch._client.GetStreamAsync($"{place.Path}?watch=1&fieldSelector=metadata.name%3D{name}");
        watch._reading = watch.ReadAsync(new StreamReader(stream));
        return watch;
    }

    public Task<long> WhenSeen(TestCertificate certificate) => _arrivals.WhenSeen(certificate);

    public async ValueTask DisposeAsync()
    {
        // The client's end alone does not end a read of a stream that is open.
        await _stopping.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _stopping.Dispose();
    }

    private async Task ReadAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync(_stopping.Token) is { } line)
        {
            _arrivals.See((string)JsonNode.Parse(line)!["object"]!["data"]!["tls.crt"]!);
        }
    }
}
