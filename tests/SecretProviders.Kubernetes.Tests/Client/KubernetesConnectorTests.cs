using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Tests.Configuration;
using SecretProviders.Kubernetes.Tests.Fake;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.Client;

/// <summary>Real handshakes with the fake: whom we take for the server, and with what we prove ourselves.</summary>
public sealed class KubernetesConnectorTests : IAsyncLifetime, IDisposable
{
    private static readonly ObjectSelection Secrets = new(ApiResource.Secrets, "edge");
    private readonly KubeconfigFiles _files = new();
    private readonly ManualTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private FakeApiServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Wrong_authority_is_a_definite_outage_that_names_the_setting()
    {
        using var other = new TestCertificateAuthority();
        using var client = Connect(authority: other);

        var exception = await Assert.ThrowsAsync<SecretSourceException>(() => ListAsync(client));

        Assert.True(Assert.IsType<SecretState.Unavailable>(exception.ToState()).Definite);
        Assert.Contains("correct certificate-authority", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no certificate")]
    public async Task Authority_that_cannot_be_read_trusts_nobody(string pem)
    {
        _files.Write("ca.crt", pem);
        using var client = Connect(cluster: $"{{ server: \"{Root}\", certificate-authority: ca.crt }}");

        var exception = await Assert.ThrowsAsync<SecretSourceException>(() => ListAsync(client));

        Assert.Contains("ca.crt", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_for_another_name_is_refused_by_that_name()
    {
        using var client = Connect(more: ", tls-server-name: kube.example");

        var exception = await Assert.ThrowsAsync<SecretSourceException>(() => ListAsync(client));

        Assert.Contains("not for 'kube.example'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_of_the_server_may_be_another_than_its_address()
    {
        using var client = Connect(more: ", tls-server-name: localhost");

        await ListAsync(client);
    }

    [Fact]
    public async Task Verification_is_skipped_when_told()
    {
        using var client = Connect(cluster: $"{{ server: \"{Root}\", insecure-skip-tls-verify: true }}");

        await ListAsync(client);
    }

    [Fact]
    public async Task Proxy_is_honoured()
    {
        await using var proxy = new ConnectProxy(Root);
        using var client = Connect(more: $", proxy-url: \"{proxy.Address}\", tls-server-name: localhost", server: "https://kube.invalid:6443");

        await ListAsync(client);

        Assert.Equal(["CONNECT kube.invalid:6443 HTTP/1.1"], proxy.Asked);
    }

    [Fact]
    public async Task Authority_of_a_file_is_read_anew_for_each_connection()
    {
        using var other = new TestCertificateAuthority();
        _files.Write("ca.crt", other.Certificate.ToPem());
        using var client = Connect(cluster: $"{{ server: \"{Root}\", certificate-authority: ca.crt }}");
        await Assert.ThrowsAsync<SecretSourceException>(() => ListAsync(client));

        _files.Write("ca.crt", other.Certificate.ToPem() + _server.Authority.Certificate.ToPem());

        await ListAsync(client);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nhalf")]
    public async Task Authority_that_cannot_be_read_any_more_stays_as_it_was(string? then)
    {
        var path = _files.Write("ca.crt", _server.Authority.Certificate.ToPem());
        WritePair("somebody");
        using var client = Connect(
            cluster: $"{{ server: \"{Root}\", certificate-authority: ca.crt }}", user: $"{{ token: {FakeApiServer.AdminToken}, client-certificate: me.crt, client-key: me.key }}");
        await ListAsync(client);

        Rewrite(path, then);

        // Another certificate needs another connection.
        WritePair("somebody");
        await ListAsync(client);
    }

    [Fact]
    public async Task Certificates_are_judged_by_the_clock_of_the_source()
    {
        using var client = Connect();
        _clock.Advance(TimeSpan.FromDays(20 * 365));

        var exception = await Assert.ThrowsAsync<SecretSourceException>(() => ListAsync(client));

        Assert.Contains("NotTimeValid", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task System_trusts_no_server_of_its_own_authority()
    {
        using var client = Connect(cluster: $"{{ server: \"{Root}\" }}");

        var exception = await Assert.ThrowsAsync<SecretSourceException>(() => ListAsync(client));

        Assert.Contains("the system's authorities", exception.Message, StringComparison.Ordinal);
        Assert.True(Assert.IsType<SecretState.Unavailable>(exception.ToState()).Definite);
    }

    [Fact]
    public async Task Certificate_that_is_written_in_the_kubeconfig_proves_who_we_are()
    {
        var me = _server.Authority.Issue("admin");
        using var client = Connect(user: $"{{ client-certificate-data: {Convert.ToBase64String(me.CertificatePem)}, client-key-data: {Convert.ToBase64String(me.PrivateKeyPem)} }}");

        Assert.True(await client.ReviewAccessAsync(Secrets, "list", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Certificate_of_a_plugin_proves_who_we_are()
    {
        var me = _server.Authority.Issue("admin");
        var answer = new JsonObject
        {
            ["kind"] = "ExecCredential",
            ["apiVersion"] = "client.authentication.k8s.io/v1",
            ["status"] = new JsonObject
            {
                ["clientCertificateData"] = Encoding.ASCII.GetString(me.CertificatePem),
                ["clientKeyData"] = Encoding.ASCII.GetString(me.PrivateKeyPem),
            },
        };
        var path = _files.Write("answer.json", answer.ToJsonString());
        using var client = Connect(user: $"{{ exec: {{ apiVersion: client.authentication.k8s.io/v1, command: cat, args: [\"{path}\"], interactiveMode: Never }} }}");

        Assert.True(await client.ReviewAccessAsync(Secrets, "list", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Certificate_that_rotates_takes_connections_of_its_own()
    {
        WritePair("somebody");
        using var client = Connect(user: "{ client-certificate: me.crt, client-key: me.key }");
        Assert.False(await client.ReviewAccessAsync(Secrets, "list", TestContext.Current.CancellationToken));

        WritePair("admin");

        Assert.True(await client.ReviewAccessAsync(Secrets, "list", TestContext.Current.CancellationToken));
    }

    private Uri Root => new(_server.Address, "/");

    private static Task<ListPage> ListAsync(KubernetesClient client) => client.ListAsync(Secrets, default, static _ => { }, TestContext.Current.CancellationToken);

    private KubernetesClient Connect(string? cluster = null, string? user = null, string more = "", string? server = null, TestCertificateAuthority? authority = null)
    {
        var pem = Convert.ToBase64String(Encoding.ASCII.GetBytes((authority ?? _server.Authority).Certificate.ToPem()));
        var access = _files.Access(
            cluster ?? $"{{ server: \"{server ?? Root.AbsoluteUri}\", certificate-authority-data: {pem}{more} }}", user ?? $"{{ token: {FakeApiServer.AdminToken} }}");
        return new KubernetesClient(access, TimeSpan.FromSeconds(30), _clock);
    }

    private static void Rewrite(string path, string? text)
    {
        File.Delete(path);
        if (text is not null)
        {
            File.WriteAllText(path, text);
        }
    }

    private void WritePair(string user)
    {
        var pair = _server.Authority.Issue(user);
        File.WriteAllBytes(Path.Combine(_files.Folder, "me.crt"), pair.CertificatePem);
        File.WriteAllBytes(Path.Combine(_files.Folder, "me.key"), pair.PrivateKeyPem);
    }
}
