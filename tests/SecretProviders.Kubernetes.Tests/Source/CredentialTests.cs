using System.Diagnostics;
using System.Text;
using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Kubernetes.Tests.Fake;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.Source;

/// <summary>Who the source is, and whom it believes: tokens that rotate and end, authorities that do not fit.</summary>
public abstract class CredentialTests : ClusterTests
{
    [Fact]
    public async Task Token_that_rotates_in_its_file_is_taken_up()
    {
        await PutTextAsync("web", "one");
        var first = await Cluster.IssueTokenAsync();
        var folder = CreateSource().Folder;
        var tokenFile = Path.Combine(folder, "token");
        await File.WriteAllTextAsync(tokenFile, first);
        var web = CreateSource(options => options.Kubeconfig = WriteKubeconfig(folder, $"tokenFile: \"{tokenFile}\"")).RecordText("web");
        await web.FoundAsync("one");

        await File.WriteAllTextAsync(tokenFile, await Cluster.IssueTokenAsync());
        await Cluster.WithdrawTokenAsync(first);
        await BreakAsync();
        await PutTextAsync("web", "two");

        await web.FoundAsync("two");
        web.AssertNeverGone();
    }

    [Fact]
    public async Task Token_that_ended_is_Denied_until_a_new_one_is_there()
    {
        await PutTextAsync("web", "one");
        var first = await Cluster.IssueTokenAsync();
        var folder = CreateSource().Folder;
        var tokenFile = Path.Combine(folder, "token");
        await File.WriteAllTextAsync(tokenFile, first);
        var web = CreateSource(options => options.Kubeconfig = WriteKubeconfig(folder, $"tokenFile: \"{tokenFile}\"")).RecordText("web");
        var found = await web.FoundAsync("one");

        await Cluster.WithdrawTokenAsync(first);
        await BreakAsync();
        var denied = await web.UntilAsync<SecretState.Denied>();
        await File.WriteAllTextAsync(tokenFile, await Cluster.IssueTokenAsync());
        await PutTextAsync("web", "two");

        Assert.Equal(found, denied.LastGood);
        Assert.DoesNotContain(first, denied.ToString(), StringComparison.Ordinal);
        await web.FoundAsync("two");
        web.AssertNeverGone();
    }

    [Fact]
    public async Task Wrong_authority_is_a_definite_outage_that_names_the_setting()
    {
        using var other = new TestCertificateAuthority("Other CA");
        var folder = CreateSource().Folder;

        var outage = await CreateSource(options => options.Kubeconfig = WriteKubeconfig(folder, $"token: \"{Cluster.AdminToken}\"", other.Certificate.ToPem()))
            .RecordText("web").UntilAsync<SecretState.Unavailable>();

        Assert.True(outage.Definite);
        Assert.Contains("certificate-authority", outage.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Cluster.AdminToken, outage.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo rubbish")]
    [InlineData("exit 3")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'")]
    [InlineData("echo '{\"kind\":\"Pod\"}'")]
    [InlineData("head -c 20000000 /dev/zero")]
    public async Task Exec_plugin_that_fails_is_a_state_with_a_remedy(string command)
    {
        var state = await CreateExecSource(command, configure: null, out _).RecordText("web").UntilAsync<SecretState>();

        Assert.True(state is SecretState.Unavailable or SecretState.Denied, $"{state}");
        Assert.Contains("plugin", state.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_plugin_that_hangs_is_ended()
    {
        var bed = CreateExecSource("echo $$ > \"$(dirname \"$0\")/id\"; exec sleep 1000", static options => options.Timeout = TimeSpan.FromSeconds(2), out var folder);

        var state = await bed.RecordText("web").UntilAsync<SecretState>();

        Assert.True(state is SecretState.Unavailable or SecretState.Denied, $"{state}");
        await WaitForTheEndOfAsync(int.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "id"))));
    }

    [Fact]
    public async Task Exec_plugin_that_recovers_is_asked_again()
    {
        await PutTextAsync("web", "one");
        var bed = CreateExecSource("cat \"$(dirname \"$0\")/credential\"", configure: null, out var folder);
        var web = bed.RecordText("web");
        await web.UntilAsync<SecretState>();

        await File.WriteAllTextAsync(
            Path.Combine(folder, "credential"),
            $$$"""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"{{{await Cluster.IssueTokenAsync()}}}"}}""");

        await web.FoundAsync("one");
    }

    /// <summary>Ends what is open, so that the credentials are shown again.</summary>
    private protected abstract Task BreakAsync();

    private static async Task WaitForTheEndOfAsync(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (ArgumentException)
        {
            // There is none any more.
        }
    }

    private SourceBed CreateExecSource(string command, Action<KubernetesSecretSourceOptions>? configure, out string folder)
    {
        var place = folder = CreateSource().Folder;
        var plugin = Path.Combine(folder, "plugin");
        File.WriteAllText(plugin, command);
        var user = $$"""exec: { apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, args: ["{{plugin}}"], interactiveMode: Never }""";
        return CreateSource(options =>
        {
            options.Kubeconfig = WriteKubeconfig(place, user);
            configure?.Invoke(options);
        });
    }

    private string WriteKubeconfig(string folder, string user, string? caPem = null)
    {
        var path = Path.Combine(folder, "kubeconfig-of-test");
        File.WriteAllText(
            path,
            $$"""
            apiVersion: v1
            kind: Config
            current-context: tests
            clusters:
            - name: tests
              cluster: { server: "{{Cluster.Address}}", certificate-authority-data: {{Convert.ToBase64String(Encoding.ASCII.GetBytes(caPem ?? Cluster.CaPem))}} }
            users:
            - name: tests
              user: { {{user}} }
            contexts:
            - name: tests
              context: { cluster: tests, user: tests, namespace: "{{Cluster.Namespace}}" }
            """);
        return path;
    }

    public sealed class Fake : CredentialTests
    {
        private protected override Task<TestCluster> StartAsync() => StartFakeAsync();

        private protected override Task BreakAsync()
        {
            ((FakeCluster)Cluster).Server.Connections.BreakAll();
            return Task.CompletedTask;
        }
    }

    [Collection(SharedKubeServer.Collection)]
    public sealed class Real : CredentialTests
    {
        [Theory]
        [InlineData("limited")]
        [InlineData("limited-certificate")]
        public async Task Context_of_a_kubeconfig_says_who_the_source_is(string context)
        {
            await Cluster.GrantAsync(Secrets);
            await PutTextAsync("web", "one");

            await CreateSource(options =>
            {
                options.Kubeconfig = ((KubeCluster)Cluster).Server.Kubeconfig;
                options.Context = context;
                options.Namespaces.Add(Cluster.Namespace);
            }).RecordText("web").FoundAsync("one");
        }

        private protected override Task<TestCluster> StartAsync() => StartRealAsync();

        // The next look, after a second, shows the credentials anyhow.
        private protected override Task BreakAsync() => Task.CompletedTask;
    }
}
