using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.InMemory;
using SecretProviders.Sds;
using SecretProviders.Testing;

namespace SecretProviders.Benchmarks;

/// <summary>An SDS server in a process of its own, which can be killed and stopped. Its one secret is its name.</summary>
internal sealed class SwitchServer : IAsyncDisposable
{
    public const string SecretName = "token";
    private const string Ready = "ready";
    private readonly Process _process;
    private readonly GenericSecret _secret;

    private SwitchServer(Process process, string socketPath, string name)
    {
        _process = process;
        SocketPath = socketPath;
        Name = name;
        _secret = SecretOf(name);
    }

    public string SocketPath { get; }

    public string Name { get; }

    /// <summary>Starts the server and waits until it listens.</summary>
    /// <param name="folder">Where its socket goes.</param>
    /// <param name="name">Its name.</param>
    public static async Task<SwitchServer> StartAsync(string folder, string name)
    {
        var socket = Path.Join(folder, name + ".sock");
        File.Delete(socket);
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["switch-server", socket, name]) { RedirectStandardOutput = true })!;
        return await process.StandardOutput.ReadLineAsync() == Ready
            ? new SwitchServer(process, socket, name)
            : throw new InvalidOperationException($"The server '{name}' did not start.");
    }

    /// <summary>Serves until the process is killed.</summary>
    /// <param name="socket">The path of the socket.</param>
    /// <param name="name">The server's name.</param>
    public static async Task<int> ServeAsync(string socket, string name)
    {
        var origin = new InMemorySecretSource();
        origin.Set(SecretName, SecretOf(name));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.UseSecretDiscoveryLimits().ListenSecretDiscovery(socket));
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging();
        builder.Services.AddSecretProviders(secrets => secrets.AddInMemory("memory", origin).Route("**", "memory"));
        await using var app = builder.Build();
        app.MapSecretDiscovery();
        await app.StartAsync();
        await WarmUpAsync(socket);
        Console.WriteLine(Ready);
        await app.WaitForShutdownAsync();
        return 0;
    }

    public bool IsSourceOf(SecretState.Found found) => found.Secret.Equals(_secret);

    public void Kill() => _process.Kill();

    /// <summary>Stops the process; the kernel goes on to accept connections for it.</summary>
    public void Stop() => Posix.Stop(_process.Id);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // Both variants, so that what is measured is no compilation.
    private static async Task WarmUpAsync(string socket)
    {
        foreach (var delta in new[] { false, true })
        {
            var options = new SdsSecretSourceOptions { Addresses = { $"unix:{socket}" }, Delta = delta };
            await using var source = new SdsSecretSource("self", options, provider: null, TimeProvider.System, NullLogger.Instance);
            await using var reader = new SecretStateReader(source, new SecretReference(SecretName));
            await reader.WaitForAsync<SecretState.Found>();
        }
    }

    private static GenericSecret SecretOf(string name) => new(SensitiveBytes.Copy(Encoding.UTF8.GetBytes(name)));
}
