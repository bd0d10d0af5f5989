using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.InMemory;
using SecretProviders.Sds;
using SecretProviders.Testing;

namespace SecretProviders.Benchmarks;

/// <summary>What does a hop add? Our SDS server, fed by our SDS source, fed by our SDS server, up to three deep, over Unix sockets.</summary>
internal static class ChainBenchmark
{
    private const int Updates = 2000;
    private const int WarmUp = 500;
    private const int MaxHops = 3;
    private const double AimMilliseconds = 5;

    public static async Task<int> RunAsync()
    {
        Console.WriteLine($"{Updates} updates of one secret, one after the other; milliseconds from the write to the receipt at the end");
        Console.WriteLine("servers in a row              |    p50 |    p99 |    max");
        var worst = 0.0;
        foreach (var delta in new[] { false, true })
        {
            await MeasureAsync(MaxHops, delta);
            var medians = new List<double>();
            for (var hops = 1; hops <= MaxHops; hops++)
            {
                var sorted = await MeasureAsync(hops, delta);
                Print($"{hops}, {(delta ? "delta" : "state of the world")}", sorted);
                medians.Add(Median(sorted));
            }

            worst = Math.Max(worst, medians.Zip(medians.Skip(1), static (less, more) => more - less).Max());
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a hop adds at most {worst:F2} ms at the median (aim: less than {AimMilliseconds:F0})"));
        return worst < AimMilliseconds ? 0 : 1;
    }

    private static async Task<double[]> MeasureAsync(int hops, bool delta)
    {
        var folder = Directory.CreateTempSubdirectory("sds-chain-");
        var origin = new InMemorySecretSource();
        var servers = new List<WebApplication>();
        try
        {
            for (var hop = 0; hop < hops; hop++)
            {
                servers.Add(await StartAsync(folder.FullName, hop, origin, delta));
            }

            await using var source = new SdsSecretSource(
                "end", new SdsSecretSourceOptions { Addresses = { Address(folder.FullName, hops - 1) }, Delta = delta }, provider: null, TimeProvider.System, NullLogger.Instance);
            await using var reader = new SecretStateReader(source, new SecretReference("token"));
            var times = new List<double>();
            for (var update = 0; update < WarmUp + Updates; update++)
            {
                var secret = new GenericSecret(SensitiveBytes.Copy(Encoding.ASCII.GetBytes(update.ToString(CultureInfo.InvariantCulture))));
                var start = TimeProvider.System.GetTimestamp();
                origin.Set("token", secret);
                await reader.WaitForAsync<SecretState.Found>(found => found.Secret.Equals(secret));
                times.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
            }

            return [.. times.Skip(WarmUp).Order()];
        }
        finally
        {
            foreach (var server in servers.AsEnumerable().Reverse())
            {
                await server.DisposeAsync();
            }

            folder.Delete(recursive: true);
        }
    }

    private static async Task<WebApplication> StartAsync(string folder, int hop, InMemorySecretSource origin, bool delta)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.UseSecretDiscoveryLimits().ListenSecretDiscovery(SocketPath(folder, hop)));
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging();
        builder.Services.AddSecretProviders(secrets =>
        {
            if (hop == 0)
            {
                secrets.AddInMemory("memory", origin).Route("**", "memory");
                return;
            }

            secrets.AddSds("upstream", options =>
            {
                options.Addresses.Add(Address(folder, hop - 1));
                options.Delta = delta;
            }).Route("**", "upstream");
        });
        var app = builder.Build();
        app.MapSecretDiscovery();
        await app.StartAsync();
        return app;
    }

    private static string SocketPath(string folder, int hop) => Path.Combine(folder, $"{hop}.sock");

    private static string Address(string folder, int hop) => $"unix:{SocketPath(folder, hop)}";

    private static double Median(double[] sorted) => sorted[sorted.Length / 2];

    private static void Print(string label, double[] sorted) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{label,-29} | {Median(sorted),6:F2} | {sorted[sorted.Length * 99 / 100],6:F2} | {sorted[^1],6:F2}"));
}
