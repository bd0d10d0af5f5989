using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Kubernetes;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Configuration;
using SecretProviders.Kubernetes.Tests.Clusters;

namespace SecretProviders.Benchmarks;

/// <summary>
/// How much memory, and how long, until all that is asked for in a namespace of many Secrets is found and watched?
/// Beside it what a cache of everything holds: a plain client that lists in pages and keeps each object's bytes.
/// </summary>
internal static class ManySecretsBenchmark
{
    private const int PageSize = 500;

    public static async Task RunAsync(KubeServer server, BenchmarkNamespace place, int count)
    {
        Console.WriteLine($"{count} Secrets of type kubernetes.io/tls in one namespace; memory in MiB above what the process had before");
        Console.WriteLine("read by                                | first answer, s | all, s | allocated | heap after | peak RSS");

        // The first run pays for compiling; its line is not printed.
        await MeasureAsync(null, () => WatchAsync(server, place, KubernetesWatchMode.Shared, count, 1));
        await MeasureAsync("source, shared watch, 1 asked for", () => WatchAsync(server, place, KubernetesWatchMode.Shared, count, 1));
        await MeasureAsync("source, shared watch, 100 asked for", () => WatchAsync(server, place, KubernetesWatchMode.Shared, count, 100));
        await MeasureAsync($"source, shared watch, all {count}", () => WatchAsync(server, place, KubernetesWatchMode.Shared, count, count));
        await MeasureAsync("source, metadata first, 1 asked for", () => WatchAsync(server, place, KubernetesWatchMode.MetadataFirst, count, 1));
        await MeasureAsync("source, metadata first, 100 asked for", () => WatchAsync(server, place, KubernetesWatchMode.MetadataFirst, count, 100));
        await MeasureAsync("plain client, keeps the bytes of all", () => KeepAllAsync(place));
    }

    private static async Task MeasureAsync(string? label, Func<Task<(TimeSpan First, TimeSpan All, IAsyncDisposable Held)>> work)
    {
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var rss = ResidentMemory.ResetPeak();
        var (first, all, held) = await work();
        var peak = ResidentMemory.Peak - rss;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        heap = GC.GetTotalMemory(forceFullCollection: true) - heap;
        await held.DisposeAsync();
        if (label is not null)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{label,-38} | {first.TotalSeconds,15:F2} | {all.TotalSeconds,6:F2} | {MiB(allocated),9:F1} | {MiB(heap),10:F1} | {MiB(peak),8:F1}"));
        }
    }

    // Asks for the last ones of the list, so that all of it has passed by when they are there.
    private static async Task<(TimeSpan First, TimeSpan All, IAsyncDisposable Held)> WatchAsync(
        KubeServer server, BenchmarkNamespace place, KubernetesWatchMode mode, int count, int asked)
    {
        var options = new KubernetesSecretSourceOptions { Kubeconfig = server.Kubeconfig, Watch = mode, Timeout = TimeSpan.FromMinutes(2) };
        options.Namespaces.Add(place.Name);
        var access = new ClusterAccessFinder(AccessEnvironment.Process, TimeProvider.System).Find(options.Kubeconfig, options.Context);
        var source = new KubernetesSecretSource(
            "k8s", options, new KubernetesClient(access, options.Timeout, TimeProvider.System), access.Namespace, TimeProvider.System, NullLogger.Instance);
        var start = TimeProvider.System.GetTimestamp();
        var found = Enumerable.Range(count - asked, asked).Select(number => FoundAsync(source, $"{place.Name}/{KubernetesBenchmark.NameOf(number)}")).ToArray();
        await Task.WhenAny(found);
        var first = TimeProvider.System.GetElapsedTime(start);
        await Task.WhenAll(found);
        return (first, TimeProvider.System.GetElapsedTime(start), source);
    }

    // The watch goes on until the source is disposed.
    private static Task FoundAsync(KubernetesSecretSource source, string key)
    {
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = ReadAsync(source, key, found);
        return found.Task;
    }

    private static async Task ReadAsync(KubernetesSecretSource source, string key, TaskCompletionSource found)
    {
        await foreach (var state in source.WatchAsync(new SecretReference(key) { Kind = SecretKind.TlsCertificate }))
        {
            if (state is SecretState.Found)
            {
                found.TrySetResult();
            }
        }
    }

    private static async Task<(TimeSpan First, TimeSpan All, IAsyncDisposable Held)> KeepAllAsync(BenchmarkNamespace place)
    {
        var start = TimeProvider.System.GetTimestamp();
        TimeSpan? first = null;
        var all = new Dictionary<string, byte[]>();
        string? next = null;
        do
        {
            var page = await place.Admin.GetByteArrayAsync($"{place.Path}?limit={PageSize}{(next is null ? "" : $"&continue={next}")}");
            first ??= TimeProvider.System.GetElapsedTime(start);
            using var list = JsonDocument.Parse(page);
            foreach (var item in list.RootElement.GetProperty("items").EnumerateArray())
            {
                all[item.GetProperty("metadata").GetProperty("name").GetString()!] = System.Text.Encoding.UTF8.GetBytes(item.GetRawText());
            }

            next = list.RootElement.GetProperty("metadata").TryGetProperty("continue", out var token) ? token.GetString() : null;
        }
        while (!string.IsNullOrEmpty(next));

        return (first.Value, TimeProvider.System.GetElapsedTime(start), new Kept(all));
    }

    private static double MiB(long bytes) => bytes / 1048576.0;

    private sealed class Kept(Dictionary<string, byte[]> all) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            GC.KeepAlive(all);
            return ValueTask.CompletedTask;
        }
    }
}
