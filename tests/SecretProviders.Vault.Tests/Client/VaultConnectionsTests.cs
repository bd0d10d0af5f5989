using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Testing;
using SecretProviders.Vault.Client;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Client;

/// <summary>Connections that outlive what was at their other end.</summary>
public sealed class VaultConnectionsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly VaultRequest Read = VaultRequest.Get("secret/data/web") with { Token = VaultJson.Text(FakeVault.RootToken) };

    [Fact]
    public async Task Connection_that_leads_nowhere_any_more_is_left_for_another()
    {
        var clock = new ManualTimeProvider();
        using var authority = new TestCertificateAuthority("Servers", clock);
        using var file = new TestFile();
        var certificate = authority.Issue("127.0.0.1", new TestCertificateOptions { IpAddresses = [IPAddress.Loopback] });
        await using var bed = await VaultTestbed.StartAsync(certificate: certificate.Secret.LoadWithPrivateKey());
        await using var line = new FreezingLine(new Uri(bed.Node.Address).Port);
        var connector = new StoreConnector(new StoreTlsOptions { Ca = file.Holding(Encoding.ASCII.GetString(certificate.TrustPem)) }, new CredentialReader("vault"), clock);
        using var client = new VaultClient("vault", [line.Address], null, Patience, new VaultConnections(connector), clock, NullLogger.Instance);
        using var patience = new CancellationTokenSource(Patience);
        await client.SendAsync(Read, patience.Token);

        line.FreezeWhatIsThere();
        await Assert.ThrowsAsync<SecretSourceException>(async () => await client.SendAsync(Read, patience.Token));
        await client.SendAsync(Read, patience.Token);

        Assert.Equal(2, line.Connections);
    }

    [Fact]
    public async Task Server_that_restarted_is_asked_on_a_new_connection_at_once()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var client = bed.CreateClient();
        await client.SendAsync(Read, CancellationToken.None);

        await bed.Node.StopAsync();
        await bed.Node.ListenAsync();

        Assert.Equal(404, (await client.SendAsync(Read, CancellationToken.None)).Status);
    }

    // As behind a balancer that forgot a connection: nothing comes, and nothing says so.
    private sealed class FreezingLine : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _accepting;
        private readonly int _target;
        private volatile int _connections;
        private volatile int _frozen;

        public FreezingLine(int target)
        {
            _target = target;
            _listener.Start();
            _accepting = AcceptAsync();
        }

        public Uri Address => new($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

        public int Connections => _connections;

        public void FreezeWhatIsThere() => _frozen = _connections;

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            _listener.Stop();
            await _accepting;
            _stopping.Dispose();
        }

        private async Task AcceptAsync()
        {
            var serving = new List<Task>();
            try
            {
                while (true)
                {
                    serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token), ++_connections));
                }
            }
            catch (OperationCanceledException)
            {
                await Task.WhenAll(serving);
            }
        }

        private async Task ServeAsync(TcpClient client, int number)
        {
            using var server = new TcpClient();
            using (client)
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
                await Task.WhenAll(PumpAsync(client.GetStream(), server.GetStream(), number), PumpAsync(server.GetStream(), client.GetStream(), number));
            }
        }

        private async Task PumpAsync(NetworkStream from, NetworkStream to, int number)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                while (await from.ReadAsync(buffer, _stopping.Token) is > 0 and var count)
                {
                    if (number > _frozen)
                    {
                        await to.WriteAsync(buffer.AsMemory(0, count), _stopping.Token);
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // One side is gone: so is the line.
            }
        }
    }
}
