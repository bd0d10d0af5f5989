using SecretProviders.Kubernetes.Configuration.Exec;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.Configuration;

/// <summary>Plugins that are really run: scripts of the shell.</summary>
public sealed class ExecCredentialTests : IDisposable
{
    private const string Answer = """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"TOKEN","expirationTimestamp":"2030-01-01T00:00:00Z"}}""";
    private readonly KubeconfigFiles _files = new();
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2029, 12, 31, 23, 0, 0, TimeSpan.Zero));

    private string Runs => Path.Combine(_files.Folder, "runs");

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Plugin_gets_its_arguments_variables_and_the_info()
    {
        using var credential = Create($"printf '%s|%s|%s|%s' \"$1\" \"$2\" \"$GREETING\" \"$KUBERNETES_EXEC_INFO\" > '{Runs}'; {Echo("t")}", plugin => plugin with
        {
            Arguments = [.. plugin.Arguments, "first arg", "$HOME"],
            Variables = [KeyValuePair.Create("GREETING", "hello")],
            Cluster = new ExecCluster { Server = "https://one.example" },
        });

        await GetAsync(credential);

        Assert.Equal(
            """first arg|$HOME|hello|{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false,"cluster":{"server":"https://one.example"}}}""",
            await File.ReadAllTextAsync(Runs, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Token_is_kept_until_it_ends()
    {
        using var credential = Counting();
        Assert.Equal("1", await GetAsync(credential));
        Assert.Equal("1", await GetAsync(credential));

        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal("2", await GetAsync(credential));
    }

    [Fact]
    public async Task Token_that_the_server_refuses_is_renewed()
    {
        using var credential = Counting();
        await GetAsync(credential);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("2", await GetAsync(credential, renew: true));
    }

    [Fact]
    public async Task Many_who_ask_at_once_make_one_run()
    {
        using var credential = Counting();

        var tokens = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetAsync(credential)));

        Assert.All(tokens, static token => Assert.Equal("1", token));
    }

    [Fact]
    public async Task Plugin_that_hangs_is_stopped_with_all_that_it_started()
    {
        using var credential = Create($"echo $$ > '{Runs}'; sleep 600 & wait");
        var asked = GetAsync(credential);
        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromSeconds(31));

        var exception = await Assert.ThrowsAsync<SecretSourceException>(() => asked);
        Assert.Contains("was stopped", exception.Message, StringComparison.Ordinal);
        Assert.IsType<SecretState.Unavailable>(exception.ToState());
    }

    [Fact]
    public async Task After_a_failure_the_plugin_is_run_again()
    {
        using var credential = Create($"[ -e '{Runs}' ] || {{ touch '{Runs}'; exit 3; }}; {Echo("good")}");
        var exception = await Assert.ThrowsAsync<SecretSourceException>(() => GetAsync(credential));
        Assert.Contains("exit code 3", exception.Message, StringComparison.Ordinal);

        Assert.Equal("good", await GetAsync(credential));
    }

    [Theory]
    [InlineData("echo marker; exit 0")]
    [InlineData("echo marker >&2; exit 1")]
    [InlineData("head -c 3000000 /dev/zero | tr '\\0' m")]
    [InlineData("cat; echo marker")]
    public async Task Rubbish_is_an_outage_and_is_not_repeated(string script)
    {
        using var credential = Create(script);

        var exception = await Assert.ThrowsAsync<SecretSourceException>(() => GetAsync(credential));

        Assert.DoesNotContain("marker", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Much_on_the_error_output_does_not_block_it()
    {
        using var credential = Create($"head -c 3000000 /dev/zero >&2; {Echo("t")}");

        Assert.Equal("t", await GetAsync(credential));
    }

    [Fact]
    public async Task Program_that_is_not_there_is_told_with_the_hint()
    {
        using var credential = new ExecCredential(
            new ExecPlugin("no-such-plugin-anywhere", "client.authentication.k8s.io/v1", "'/etc/kube'") { InstallHint = "Get it from the shop." }, _clock);

        var exception = await Assert.ThrowsAsync<SecretSourceException>(() => GetAsync(credential));

        Assert.Contains("Get it from the shop.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_gives_up_leaves_no_process_and_no_lock()
    {
        using var credential = Create($"[ -e '{Runs}' ] && {{ {Echo("t")}; exit; }}; touch '{Runs}'; sleep 600");
        using var giveUp = new CancellationTokenSource();
        var asked = credential.GetAsync(false, giveUp.Token).AsTask();
        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        await UntilExistsAsync(Runs);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal("t", await GetAsync(credential));
    }

    private static string Echo(string token) => $"echo '{Answer.Replace("TOKEN", token, StringComparison.Ordinal)}'";

    private static async Task UntilExistsAsync(string path)
    {
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!) { EnableRaisingEvents = true };
        var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Created += (_, change) => _ = change.FullPath == path && created.TrySetResult();
        if (!File.Exists(path))
        {
            await created.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    private static async Task<string?> GetAsync(ExecCredential credential, bool renew = false) =>
        (await credential.GetAsync(renew, TestContext.Current.CancellationToken)).Token;

    private ExecCredential Counting() =>
        Create($"printf x >> '{Runs}'; n=$(wc -c < '{Runs}'); {Echo("'\"$((n))\"'")}");

    private ExecCredential Create(string script, Func<ExecPlugin, ExecPlugin>? change = null)
    {
        var plugin = new ExecPlugin("/bin/sh", "client.authentication.k8s.io/v1", "'/etc/kube', user 'me', exec") { Arguments = ["-c", script, "plugin"] };
        return new ExecCredential(change?.Invoke(plugin) ?? plugin, _clock);
    }
}
