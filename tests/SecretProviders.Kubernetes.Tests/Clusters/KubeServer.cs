using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json.Nodes;

namespace SecretProviders.Kubernetes.Tests.Clusters;

/// <summary>
/// A real kube-apiserver and its etcd on loopback, started by the scripts in tests/components/kubernetes. It ends with
/// this process, however that ends.
/// </summary>
internal sealed class KubeServer : IAsyncDisposable
{
    private const int LowestPort = 20_000;
    private const int AfterPorts = 32_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly int _port = FreePort();
    private readonly int _etcdPort = FreePort();
    private readonly string _folder = Directory.CreateTempSubdirectory("secretproviders-kube-").FullName;

    private KubeServer()
    {
    }

    public Uri Address => new($"https://127.0.0.1:{_port}");

    public string CaPem => File.ReadAllText(Path.Combine(_folder, "ca.crt"));

    /// <summary>Gets a kubeconfig with the contexts admin, limited and limited-certificate.</summary>
    public string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    public string AdminToken => File.ReadAllText(Path.Combine(_folder, "admin.token")).Trim();

    public string LimitedToken => File.ReadAllText(Path.Combine(_folder, "limited.token")).Trim();

    public static async Task<KubeServer> StartAsync()
    {
        var server = new KubeServer();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts what does not run, with the data that was there, and returns when it is ready.</summary>
    public Task StartAgainAsync() => RunAsync(Script("start.sh"), _folder, $"{_port}", $"{_etcdPort}");

    /// <summary>Ends the API server without asking it; etcd goes on.</summary>
    public async Task KillAsync()
    {
        using var server = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "apiserver.pid"))));
        server.Kill();
        await server.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Makes etcd forget every version but the present one.</summary>
    public async Task CompactAsync()
    {
        using var etcd = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_etcdPort}") };
        using var present = await etcd.PostAsJsonAsync("/v3/kv/range", new JsonObject { ["key"] = "YQ==" });
        var revision = (string)(await present.Content.ReadFromJsonAsync<JsonObject>())!["header"]!["revision"]!;
        using var compacted = await etcd.PostAsJsonAsync("/v3/kv/compaction", new JsonObject { ["revision"] = revision, ["physical"] = true });
        compacted.EnsureSuccessStatusCode();
    }

    /// <summary>Runs kubectl as the user who may do everything.</summary>
    /// <param name="input">What it reads, or null.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed.</returns>
    public async Task<string> KubectlAsync(string? input, params IEnumerable<string> arguments)
    {
        var programs = (await RunAsync(Script("build.sh"))).Trim();
        return await RunAsync(Path.Combine(programs, "kubectl"), input, arguments.Prepend(Kubeconfig).Prepend("--kubeconfig"));
    }

    public async ValueTask DisposeAsync() => await RunAsync(Script("stop.sh"), _folder, "--remove");

    private static Task<string> RunAsync(string program, params string[] arguments) => RunAsync(program, input: null, arguments);

    private static async Task<string> RunAsync(string program, string? input, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["OWNER"] = $"{Environment.ProcessId}" },
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode == 0
            ? await output.WaitAsync(Patience)
            : throw new InvalidOperationException($"{Path.GetFileName(program)} failed: {await errors.WaitAsync(Patience)}");
    }

    private static string Script(string name) => Path.Combine(
        typeof(KubeServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static attribute => attribute.Key == "ComponentsFolder").Value!, name);

    // Below those that systems give to whoever asks for any port, as the fakes beside us do: nobody takes it before the server does.
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(LowestPort, AfterPorts);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another one, then.
            }
        }
    }
}
