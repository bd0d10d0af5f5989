using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Kubernetes.Tests.Fake;

namespace SecretProviders.Kubernetes.Tests.Source;

/// <summary>A real server that is killed, comes back, and has forgotten: no update is lost, and nothing that is there is said to be gone.</summary>
[Collection(SharedKubeServer.Collection)]
public sealed class RestartTests : ClusterTests
{
    private KubeServer Server => ((KubeCluster)Cluster).Server;

    [Fact]
    public async Task Killed_server_is_an_outage_and_what_changes_afterwards_arrives()
    {
        await PutTextAsync("web", "one");
        var web = CreateSource().RecordText("web");
        var found = await web.FoundAsync("one");

        await Server.KillAsync();
        var outage = await web.UntilAsync<SecretState.Unavailable>();
        await Server.StartAgainAsync();
        await web.FoundAsync("one");
        await PutTextAsync("web", "two");
        await web.FoundAsync("two");

        Assert.Equal(found, outage.LastGood);
        web.AssertNeverGone();
    }

    [Fact]
    public async Task What_changed_while_nobody_could_look_is_found_although_the_history_is_gone()
    {
        await using var line = new CutTcpProxy(Cluster.Address.Port);
        await PutTextAsync("changed", "one");
        await PutTextAsync("deleted", "one");
        await PutTextAsync("kept", "one");
        var kubeconfig = Path.Combine(CreateSource().Folder, "over-the-line");
        Cluster.WriteKubeconfig(kubeconfig, Cluster.AdminToken, line.Address);
        var bed = CreateSource(options => options.Kubeconfig = kubeconfig);
        var (changed, deleted, kept, late) = (bed.RecordText("changed"), bed.RecordText("deleted"), bed.RecordText("kept"), bed.RecordText("late"));
        await Task.WhenAll(changed.FoundAsync("one"), deleted.FoundAsync("one"), kept.FoundAsync("one"), late.UntilAsync<SecretState.NotFound>());

        line.Cut();
        await kept.UntilAsync<SecretState.Unavailable>();
        await PutTextAsync("changed", "two");
        await Cluster.DeleteAsync(FakeResource.Secrets, "deleted");
        await PutTextAsync("late", "one");

        // Compaction alone leaves the server's own cache of events; the restart takes that too.
        await Server.CompactAsync();
        await Server.KillAsync();
        await Server.StartAgainAsync();
        line.Mend();

        await Task.WhenAll(changed.FoundAsync("two"), kept.FoundAsync("one"), late.FoundAsync("one"), deleted.UntilAsync<SecretState.Removed>());
        changed.AssertNeverGone();
        kept.AssertNeverGone();
    }

    [Fact]
    public async Task Every_last_write_arrives_through_kills_and_cut_lines()
    {
        const int Names = 20;
        await using var line = new CutTcpProxy(Cluster.Address.Port);
        var kubeconfig = Path.Combine(CreateSource().Folder, "over-the-line");
        Cluster.WriteKubeconfig(kubeconfig, Cluster.AdminToken, line.Address);
        var bed = CreateSource(options => options.Kubeconfig = kubeconfig);
        await PutAllAsync("start");
        var recorders = Enumerable.Range(0, Names).Select(name => bed.RecordText($"s{name}")).ToArray();
        await Task.WhenAll(recorders.Select(static recorder => recorder.FoundAsync("start")));

        foreach (var round in Enumerable.Range(0, 10))
        {
            await PutAllAsync($"round {round}");
            if (round % 5 == 4)
            {
                await Server.KillAsync();
                await Server.StartAgainAsync();
            }
            else
            {
                line.Cut();
                line.Mend();
            }
        }

        await PutAllAsync("end");

        await Task.WhenAll(recorders.Select(static recorder => recorder.FoundAsync("end")));
        Assert.All(recorders, static recorder => recorder.AssertNeverGone());

        Task PutAllAsync(string value) => Task.WhenAll(Enumerable.Range(0, Names).Select(name => PutTextAsync($"s{name}", value)));
    }

    [Fact]
    public async Task What_kubectl_writes_arrives()
    {
        var issued = Authority.Issue("web.example");
        var web = CreateSource().Record("web", SecretKind.TlsCertificate);
        await web.UntilAsync<SecretState.NotFound>();

        await Server.KubectlAsync(
            $$"""
            apiVersion: v1
            kind: Secret
            metadata: { name: web, namespace: {{Cluster.Namespace}} }
            type: kubernetes.io/tls
            data: { tls.crt: {{Convert.ToBase64String(issued.CertificatePem)}}, tls.key: {{Convert.ToBase64String(issued.PrivateKeyPem)}} }
            """,
            "apply",
            "-f",
            "-");
        await web.FoundAsync(issued.Secret);
        await Server.KubectlAsync(null, "--namespace", Cluster.Namespace, "delete", "secret", "web");

        await web.UntilAsync<SecretState.Removed>();
    }

    private protected override Task<TestCluster> StartAsync() => StartRealAsync();
}
