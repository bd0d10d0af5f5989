using System.Text;
using Microsoft.AspNetCore.Http;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Configuration;
using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Kubernetes.Tests.Configuration;
using SecretProviders.Kubernetes.Tests.Fake;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.Client;

/// <summary>The client on a real connection: who we are, what is asked, and how long we wait.</summary>
public sealed class KubernetesClientTests : IAsyncLifetime, IDisposable
{
    private static readonly ObjectSelection Secrets = new(ApiResource.Secrets, "edge");
    private readonly KubeconfigFiles _files = new();
    private readonly ManualTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private FakeApiServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Watch_on_the_old_certificate_goes_on_beside_the_new_one()
    {
        WritePair("admin");
        using var client = Connect(user: "{ client-certificate: me.crt, client-key: me.key }");
        using var stop = new CancellationTokenSource();
        var recorder = new Opening();
        var watch = client.WatchAsync(Secrets, new WatchRequest("", TimeSpan.FromMinutes(5), SendInitialEvents: true), recorder, stop.Token);
        await recorder.IsOpen.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        WritePair("admin");
        await client.ReviewAccessAsync(Secrets, "list", TestContext.Current.CancellationToken);
        _server.Store.Put(FakeResource.Secrets, "edge", "web", Content.Opaque(("a", "b")), []);

        await recorder.IsAdded.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
    }

    [Fact]
    public async Task Refused_credential_is_renewed_once()
    {
        var credential = new Renewing("stale", FakeApiServer.AdminToken);
        using var client = new KubernetesClient(new ClusterAccess(Root, credential, "test") { Authorities = Authority }, TimeSpan.FromSeconds(30), _clock);

        Assert.True(await client.ReviewAccessAsync(Secrets, "list", TestContext.Current.CancellationToken));

        Assert.Equal([false, true], credential.Asked);
    }

    [Fact]
    public async Task Credential_that_is_refused_anew_is_refused()
    {
        var credential = new Renewing("stale", "stale too");
        using var client = new KubernetesClient(new ClusterAccess(Root, credential, "test") { Authorities = Authority }, TimeSpan.FromSeconds(30), _clock);

        var refused = await Assert.ThrowsAsync<ApiException>(() => ListAsync(client));

        Assert.Equal((401, 2), (refused.Code, credential.Asked.Count));
    }

    [Fact]
    public async Task Whom_to_act_as_is_told()
    {
        var headers = new TaskCompletionSource<string>();
        _server.Faults.Add(context =>
        {
            headers.SetResult(string.Join(";", context.Request.Headers.Where(static header => header.Key.StartsWith("Impersonate", StringComparison.Ordinal)).OrderBy(static header => header.Key)));
            return FakeFaults.Say("""{"metadata":{"resourceVersion":"1"},"items":[]}""")(context);
        });
        using var client = Connect(user: $"{{ token: {FakeApiServer.AdminToken}, as: jane, as-uid: u1, as-groups: [a b] }}");

        await ListAsync(client);

        Assert.Equal("[Impersonate-Group, a b];[Impersonate-Uid, u1];[Impersonate-User, jane]", await headers.Task);
    }

    [Fact]
    public async Task Silent_server_is_given_up()
    {
        _server.Faults.Add(FakeFaults.Hang);
        using var client = Connect();
        var asked = ListAsync(client);
        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Contains("30", (await Assert.ThrowsAsync<TimeoutException>(() => asked)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_that_a_credential_takes_is_not_the_servers()
    {
        var credential = new Slow();
        using var client = new KubernetesClient(new ClusterAccess(Root, credential, "test") { Authorities = Authority }, TimeSpan.FromSeconds(30), _clock);
        var asked = client.ReviewAccessAsync(Secrets, "list", TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromMinutes(5));
        credential.Answer.SetResult(new Proof { Token = FakeApiServer.AdminToken });

        Assert.True(await asked);
    }

    [Fact]
    public async Task Who_gives_up_is_told_so_and_nothing_else()
    {
        _server.Faults.Add(FakeFaults.Hang);
        using var client = Connect();
        using var stop = new CancellationTokenSource();
        var asked = client.ListAsync(Secrets, default, static _ => { }, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task Version_that_the_server_has_is_found_and_kept()
    {
        using var client = Connect();
        var bundles = new ObjectSelection(ApiResource.ClusterTrustBundles);

        await client.ListAsync(bundles, default, static _ => { }, TestContext.Current.CancellationToken);
        _server.Served.Clear();
        var refused = await Assert.ThrowsAsync<ApiException>(() => client.ListAsync(bundles, default, static _ => { }, TestContext.Current.CancellationToken));
        _server.Served[FakeResource.ClusterTrustBundles] = true;

        Assert.Equal(404, refused.Code);
        await client.ListAsync(bundles, default, static _ => { }, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("v1alpha1")]
    [InlineData("v1")]
    public async Task Version_that_the_server_gave_up_for_another_is_followed(string other)
    {
        using var client = Connect();
        var bundles = new ObjectSelection(ApiResource.ClusterTrustBundles);
        await client.ListAsync(bundles, default, static _ => { }, TestContext.Current.CancellationToken);

        _server.Served.Clear();
        _server.Served[FakeResource.ClusterTrustBundles with { Version = other }] = true;

        var page = await client.ListAsync(bundles, default, static _ => { }, TestContext.Current.CancellationToken);
        Assert.Null(page.Continue);
    }

    [Fact]
    public async Task Question_that_may_not_be_asked_is_no_answer()
    {
        using var client = Connect(server: $"{Root}elsewhere");

        Assert.Null(await client.ReviewAccessAsync(Secrets, "list", TestContext.Current.CancellationToken));
    }

    private Uri Root => new(_server.Address, "/");

    private PemSource Authority => PemSource.Written(SensitiveBytes.Copy(Encoding.ASCII.GetBytes(_server.Authority.Certificate.ToPem())), "the test");

    private static Task<ListPage> ListAsync(KubernetesClient client) => client.ListAsync(Secrets, default, static _ => { }, TestContext.Current.CancellationToken);

    private KubernetesClient Connect(string? user = null, string? server = null)
    {
        var pem = Convert.ToBase64String(Encoding.ASCII.GetBytes(_server.Authority.Certificate.ToPem()));
        var access = _files.Access($"{{ server: \"{server ?? Root.AbsoluteUri}\", certificate-authority-data: {pem} }}", user ?? $"{{ token: {FakeApiServer.AdminToken} }}");
        return new KubernetesClient(access, TimeSpan.FromSeconds(30), _clock);
    }

    private void WritePair(string user)
    {
        var pair = _server.Authority.Issue(user);
        File.WriteAllBytes(Path.Combine(_files.Folder, "me.crt"), pair.CertificatePem);
        File.WriteAllBytes(Path.Combine(_files.Folder, "me.key"), pair.PrivateKeyPem);
    }

    private sealed class Renewing(string first, string then) : ICredential
    {
        public List<bool> Asked { get; } = [];

        public ValueTask<Proof> GetAsync(bool renew, CancellationToken cancellationToken)
        {
            Asked.Add(renew);
            return ValueTask.FromResult(new Proof { Token = renew ? then : first });
        }
    }

    private sealed class Slow : ICredential
    {
        public TaskCompletionSource<Proof> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<Proof> GetAsync(bool renew, CancellationToken cancellationToken) => new(Answer.Task.WaitAsync(cancellationToken));
    }

    private sealed class Opening : IWatchHandler
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsOpen => _open.Task;

        public Task IsAdded => _added.Task;

        public void Opened() => _open.TrySetResult();

        public void Handle(WatchEventType type, RawObject item)
        {
            if (type == WatchEventType.Added)
            {
                _added.TrySetResult();
            }
        }
    }
}
