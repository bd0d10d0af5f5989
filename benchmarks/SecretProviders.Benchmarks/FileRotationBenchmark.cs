using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.FileSystem;
using SecretProviders.Testing;

namespace SecretProviders.Benchmarks;

/// <summary>
/// How long from the rename of Kubernetes' <c>..data</c> to the new pair in a consumer's hands? Beside it a bare
/// <see cref="FileSystemWatcher"/> that reads both files in its callback, which tears and misses, but waits for nothing.
/// </summary>
internal static class FileRotationBenchmark
{
    private const int Swaps = 1000;
    private const int WarmUp = 100;

    public static async Task<int> RunAsync()
    {
        using var authority = new TestCertificateAuthority();
        TestCertificate[] pairs = [authority.Issue("even.example"), authority.Issue("odd.example")];
        Console.WriteLine($"{Swaps} swaps of a mounted secret, one after the other; milliseconds from the rename to the pair in hand");
        Console.WriteLine("watched by                        |    p50 |    p99 |    max");
        var ours = await MeasureAsync("FileSystem source", pairs, WatchBySourceAsync);
        var rival = await MeasureAsync("bare FileSystemWatcher, two reads", pairs, static (folder, delivered) => Task.FromResult<IAsyncDisposable>(new BareWatcher(folder, delivered)));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"ratio of ours to the bare one     | {ours.P50 / rival.P50,6:F2} | {ours.P99 / rival.P99,6:F2} |"));
        return 0;
    }

    private static async Task<(double P50, double P99)> MeasureAsync(
        string label, TestCertificate[] pairs, Func<string, ChannelWriter<string>, Task<IAsyncDisposable>> watch)
    {
        var folder = Directory.CreateTempSubdirectory("secretproviders-").FullName;
        try
        {
            var delivered = Channel.CreateUnbounded<string>();
            Write(folder, 0, pairs[0]);
            Swap(folder, 0);
            File.CreateSymbolicLink(Path.Join(folder, "tls.crt"), "..data/tls.crt");
            File.CreateSymbolicLink(Path.Join(folder, "tls.key"), "..data/tls.key");
            await using var watching = await watch(folder, delivered.Writer);
            var times = new List<double>();
            for (var swap = 1; swap <= WarmUp + Swaps; swap++)
            {
                var pair = pairs[swap % 2];
                Write(folder, swap, pair);
                var start = TimeProvider.System.GetTimestamp();
                Swap(folder, swap);
                await WaitAsync(delivered.Reader, pair.Secret.Leaf.Sha256);
                times.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
                Directory.Delete(Path.Join(folder, Generation(swap - 1)), recursive: true);
            }

            return Print(label, [.. times.Skip(WarmUp).Order()]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IAsyncDisposable> WatchBySourceAsync(string folder, ChannelWriter<string> delivered)
    {
        var options = new FileSystemSecretSourceOptions { Path = Path.GetDirectoryName(folder)! };
        var source = new FileSystemSecretSource("files", options, TimeProvider.System, NullLogger.Instance);
        var first = new TaskCompletionSource();
        _ = Task.Run(async () =>
        {
            await foreach (var state in source.WatchAsync(new SecretReference(Path.GetFileName(folder)) { Kind = SecretKind.TlsCertificate }))
            {
                if (state is SecretState.Found { Secret: TlsCertificate certificate })
                {
                    delivered.TryWrite(certificate.Leaf.Sha256);
                    first.TrySetResult();
                }
            }
        });
        await first.Task;
        return source;
    }

    private static void Write(string folder, int generation, TestCertificate pair)
    {
        var directory = Path.Join(folder, Generation(generation));
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(Path.Join(directory, "tls.crt"), pair.CertificatePem);
        File.WriteAllBytes(Path.Join(directory, "tls.key"), pair.PrivateKeyPem);
        if (generation > 0)
        {
            File.CreateSymbolicLink(Path.Join(folder, "..data_tmp"), Generation(generation));
        }
    }

    // The BCL renames no link over a link to a folder; a hard way round would be measured too, so libc does it.
    private static void Swap(string folder, int generation)
    {
        if (generation == 0)
        {
            File.CreateSymbolicLink(Path.Join(folder, "..data"), Generation(generation));
            return;
        }

        Posix.Rename(Path.Join(folder, "..data_tmp"), Path.Join(folder, "..data"));
    }

    private static string Generation(int number) => string.Create(CultureInfo.InvariantCulture, $"..g{number:D6}");

    private static async Task WaitAsync(ChannelReader<string> delivered, string wanted)
    {
        using var hang = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await delivered.ReadAsync(hang.Token) != wanted)
        {
        }
    }

    private static (double P50, double P99) Print(string label, double[] sorted)
    {
        var (p50, p99) = (sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{label,-33} | {p50,6:F2} | {p99,6:F2} | {sorted[^1],6:F2}"));
        return (p50, p99);
    }

    /// <summary>What one writes in ten lines: a watcher on the folder, and both files read when <c>..data</c> moves.</summary>
    private sealed class BareWatcher : IAsyncDisposable
    {
        private readonly FileSystemWatcher _watcher;

        public BareWatcher(string folder, ChannelWriter<string> delivered)
        {
            _watcher = new FileSystemWatcher(folder);
            _watcher.Renamed += (_, _) =>
            {
                using var pair = X509Certificate2.CreateFromPemFile(Path.Join(folder, "tls.crt"), Path.Join(folder, "tls.key"));
                delivered.TryWrite(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(pair.RawData)));
            };
            _watcher.EnableRaisingEvents = true;
        }

        public ValueTask DisposeAsync()
        {
            _watcher.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
