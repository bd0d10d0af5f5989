using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Testing;

namespace SecretProviders.Benchmarks;

/// <summary>What a namespace with many Secrets costs, and how fast a change of one arrives, on a real API server.</summary>
internal static class KubernetesBenchmark
{
    private const int Secrets = 10_000;
    private const int Writers = 16;

    public static async Task<int> RunAsync()
    {
        await using var server = await KubeServer.StartAsync();
        using var authority = new TestCertificateAuthority();
        using var many = new BenchmarkNamespace(server, "many");
        await many.CreateAsync();
        var certificate = authority.Issue("many.example");
        await Parallel.ForAsync(0, Secrets, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (number, _) => await many.PostAsync(NameOf(number), certificate));
        await ManySecretsBenchmark.RunAsync(server, many, Secrets);

        using var few = new BenchmarkNamespace(server, "few");
        await few.CreateAsync();
        await ArrivalBenchmark.RunAsync(server, few, authority);
        return 0;
    }

    /// <summary>Gets the name of one of many Secrets.</summary>
    public static string NameOf(int number) => $"secret-{number:00000}";
}
