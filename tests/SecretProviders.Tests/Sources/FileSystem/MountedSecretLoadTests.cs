using SecretProviders.Testing;

namespace SecretProviders.Tests.FileSystem;

/// <summary>A mounted secret that is swapped as fast as the disk allows, while other threads keep the machine busy.</summary>
public sealed class MountedSecretLoadTests
{
    private const int Rounds = 20;
    private const int SwapsPerRound = 50;

    [Fact]
    public async Task Every_pair_published_during_a_thousand_swaps_matches_and_the_last_one_of_each_round_arrives()
    {
        await using var bed = new FileSystemTestBed();
        TestCertificate[] certificates = [.. Enumerable.Range(0, 20).Select(number => bed.Issue($"s{number}.example"))];
        TestCertificate[] last = [.. Enumerable.Range(0, Rounds).Select(number => bed.Issue($"last{number}.example"))];
        var mount = new MountedSecret(bed.Folder, "certs/server");
        mount.Write(FileSystemTestBed.Pair(certificates[0]));
        await using var reader = bed.Open("server");
        await reader.WaitForAsync<SecretState.Found>();

        using var load = new CpuLoad();
        foreach (var end in last)
        {
            var swapping = Task.Run(() =>
            {
                for (var swap = 1; swap < SwapsPerRound; swap++)
                {
                    mount.Write(FileSystemTestBed.Pair(certificates[swap % certificates.Length]));
                }

                mount.Write(FileSystemTestBed.Pair(end));
            });
            await reader.WaitForAsync<SecretState.Found>(found => found.Secret.Equals(end.Secret));
            await swapping;
        }

        var written = certificates.Concat(last).Select(static certificate => certificate.Secret).ToHashSet();
        Assert.All(reader.History, state => Assert.Contains(Assert.IsType<SecretState.Found>(state).Secret, written));
    }

    /// <summary>As many busy threads as processors, until disposed.</summary>
    private sealed class CpuLoad : IDisposable
    {
        private readonly Thread[] _threads;
        private volatile bool _stopped;

        public CpuLoad()
        {
            _threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Spin) { IsBackground = true })];
            Array.ForEach(_threads, static thread => thread.Start());
        }

        public void Dispose()
        {
            _stopped = true;
            Array.ForEach(_threads, static thread => thread.Join());
        }

        private void Spin()
        {
            while (!_stopped)
            {
                Thread.SpinWait(1000);
            }
        }
    }
}
