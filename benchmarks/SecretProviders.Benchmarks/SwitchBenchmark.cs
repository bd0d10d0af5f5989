using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Sds;
using SecretProviders.Testing;

namespace SecretProviders.Benchmarks;

/// <summary>
/// How long is a name without its server? One of two servers is killed, and the other one's secret awaited; and one that
/// accepts connections but hangs is asked first. Beside it a bare socket that sees the end of the one and connects to the other.
/// </summary>
internal static class SwitchBenchmark
{
    private const int Kills = 50;
    private const int Hangs = 20;
    private const int WarmUp = 5;
    private const double AimMilliseconds = 200;

    // A stream that is lost sooner counts as a failed attempt, and those are made with back-off.
    private static readonly TimeSpan Served = TimeSpan.FromMilliseconds(200);

    // A server that hangs has this long to show that it is there, twice.
    private const double DetectionMilliseconds = 2 * 500;

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sds-switch-");
        try
        {
            Console.WriteLine($"{Kills} kills of the server in use, then {Hangs} first questions to one that hangs; milliseconds");
            Console.WriteLine("until the other server is used                  |    p50 |    p99 |    max");
            var worst = 0.0;
            foreach (var delta in new[] { false, true })
            {
                var (ours, bare) = await KillAsync(folder.FullName, delta);
                var hanging = await HangAsync(folder.FullName, delta);
                var variant = delta ? "delta" : "state of the world";
                Print($"killed, {variant}", ours);
                Print("killed, a bare socket", bare);
                Print($"hanging, {variant}, less {DetectionMilliseconds:F0}", hanging);
                worst = Math.Max(worst, Math.Max(ours[^1], hanging[^1]));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the slowest switch took {worst:F0} ms (aim: less than {AimMilliseconds:F0})"));
            return worst < AimMilliseconds ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(double[] Ours, double[] Bare)> KillAsync(string folder, bool delta)
    {
        SwitchServer[] servers = [await SwitchServer.StartAsync(folder, "first"), await SwitchServer.StartAsync(folder, "second")];
        try
        {
            await using var source = Source(servers, delta);
            await using var reader = new SecretStateReader(source, new SecretReference(SwitchServer.SecretName));
            await reader.WaitForAsync<SecretState.Found>(servers[0].IsSourceOf);
            var (ours, bare) = (new List<double>(), new List<double>());
            for (var round = 0; round < WarmUp + Kills; round++)
            {
                var (inUse, other) = (servers[round % 2], servers[(round + 1) % 2]);
                await Task.Delay(Served);
                var floor = EndThenConnectAsync(await ConnectAsync(inUse.SocketPath), other.SocketPath);
                var start = TimeProvider.System.GetTimestamp();
                inUse.Kill();
                await reader.WaitForAsync<SecretState.Found>(other.IsSourceOf);
                ours.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
                bare.Add(TimeProvider.System.GetElapsedTime(start, await floor).TotalMilliseconds);
                await inUse.DisposeAsync();
                servers[round % 2] = await SwitchServer.StartAsync(folder, inUse.Name);
            }

            return ([.. ours.Skip(WarmUp).Order()], [.. bare.Skip(WarmUp).Order()]);
        }
        finally
        {
            await servers[0].DisposeAsync();
            await servers[1].DisposeAsync();
        }
    }

    private static async Task<double[]> HangAsync(string folder, bool delta)
    {
        await using var hanging = await SwitchServer.StartAsync(folder, "hanging");
        await using var sound = await SwitchServer.StartAsync(folder, "sound");
        hanging.Stop();
        var times = new List<double>();
        for (var round = 0; round < Hangs; round++)
        {
            await using var source = Source([hanging, sound], delta);
            await using var reader = new SecretStateReader(source, new SecretReference(SwitchServer.SecretName));
            var start = TimeProvider.System.GetTimestamp();
            await reader.WaitForAsync<SecretState.Found>(sound.IsSourceOf);
            times.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds - DetectionMilliseconds);
        }

        return [.. times.Order()];
    }

    private static SdsSecretSource Source(IEnumerable<SwitchServer> servers, bool delta)
    {
        var options = new SdsSecretSourceOptions { Delta = delta, AbsentAfter = Served };
        foreach (var server in servers)
        {
            options.Addresses.Add($"unix:{server.SocketPath}");
        }

        return new SdsSecretSource("upstream", options, provider: null, TimeProvider.System, NullLogger.Instance);
    }

    private static async Task<Socket> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static async Task<long> EndThenConnectAsync(Socket inUse, string other)
    {
        using (inUse)
        {
            try
            {
                while (await inUse.ReceiveAsync(new byte[1024]) != 0)
                {
                }
            }
            catch (SocketException)
            {
                // The end of a process that is killed may come as a reset.
            }
        }

        using var next = await ConnectAsync(other);
        return TimeProvider.System.GetTimestamp();
    }

    private static void Print(string label, double[] sorted) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{label,-47} | {sorted[sorted.Length / 2],6:F2} | {sorted[sorted.Length * 99 / 100],6:F2} | {sorted[^1],6:F2}"));
}
