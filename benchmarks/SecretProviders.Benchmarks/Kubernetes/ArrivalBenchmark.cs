using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Testing;

namespace SecretProviders.Benchmarks;

/// <summary>
/// How long from a write at the API server to the certificate in an SDS client's hands, and how much of that is the API
/// server's own: a bare watch in the same process hears of the same writes.
/// </summary>
internal static class ArrivalBenchmark
{
    private const string Name = "web";
    private const int Warm = 100;
    private const int Patches = 1000;
    private const int Applies = 100;

    public static async Task RunAsync(KubeServer server, BenchmarkNamespace place, TestCertificateAuthority authority)
    {
        await place.PostAsync(Name, authority.Issue("web.example"));
        var folder = Directory.CreateTempSubdirectory("secretproviders-");
        try
        {
            var socket = Path.Combine(folder.FullName, "sds.sock");
            await using var application = Serve(server, place.Name, socket);
            await application.StartAsync();
            await using var bare = await BareWatch.StartAsync(place, Name);
            await using var client = await SdsArrivals.StartAsync(socket, $"{place.Name}/{Name}");

            Console.WriteLine();
            Console.WriteLine("milliseconds                                           |    p50 |    p99 |    max");
            await MeasureAsync($"{Patches} patches", Warm, Patches, certificate => place.PatchAsync(Name, certificate), bare, client, authority);
            await MeasureAsync($"{Applies} kubectl apply", 5, Applies, certificate => place.ApplyAsync(Name, certificate), bare, client, authority);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(
        string label, int warm, int count, Func<TestCertificate, Task> write, BareWatch bare, SdsArrivals client, TestCertificateAuthority authority)
    {
        List<double> acknowledged = [], watched = [], served = [], beyond = [];
        for (var i = 0; i < warm + count; i++)
        {
            var certificate = authority.Issue("web.example");
            var (atBare, atClient) = (bare.WhenSeen(certificate), client.WhenSeen(certificate));
            var start = TimeProvider.System.GetTimestamp();
            await write(certificate);
            var end = TimeProvider.System.GetTimestamp();
            var (bareTime, clientTime) = (await atBare, await atClient);
            if (i >= warm)
            {
                acknowledged.Add(TimeProvider.System.GetElapsedTime(start, end).TotalMilliseconds);
                watched.Add(TimeProvider.System.GetElapsedTime(start, bareTime).TotalMilliseconds);
                served.Add(TimeProvider.System.GetElapsedTime(start, clientTime).TotalMilliseconds);
                beyond.Add(TimeProvider.System.GetElapsedTime(bareTime, clientTime).TotalMilliseconds);
            }
        }

        Print($"{label}: start to the writer's own answer", acknowledged);
        Print($"{label}: start to a bare watch", watched);
        Print($"{label}: start to the SDS client", served);
        Print($"{label}: bare watch to the SDS client", beyond);
    }

    private static void Print(string label, List<double> times)
    {
        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{label,-54} | {times[times.Count / 2],6:F2} | {times[(int)(times.Count * 0.99)],6:F2} | {times[^1],6:F2}"));
    }

    private static WebApplication Serve(KubeServer server, string ns, string socket)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddSimpleConsole();
        builder.Services.AddSecretProviders(providers => providers
            .AddKubernetes("k8s", options =>
            {
                options.Kubeconfig = server.Kubeconfig;
                options.Namespaces.Add(ns);
            })
            .Route("**", "k8s"));
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.UseSecretDiscoveryLimits().ListenSecretDiscovery(socket));
        var application = builder.Build();
        application.UseRouting();
        application.MapSecretDiscovery();
        return application;
    }
}
