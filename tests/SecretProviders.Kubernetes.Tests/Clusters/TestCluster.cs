using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using SecretProviders.Kubernetes.Tests.Fake;

namespace SecretProviders.Kubernetes.Tests.Clusters;

/// <summary>
/// What a test may do to an API server, be it the fake or a real one: write, delete, grant, revoke. Each test has a
/// namespace of its own, and a user who may do nothing until a test grants it.
/// </summary>
internal abstract class TestCluster : IAsyncDisposable
{
    /// <summary>Gets the namespace of this test.</summary>
    public string Namespace { get; } = $"test-{Guid.NewGuid().ToString("N")[..12]}";

    public abstract Uri Address { get; }

    /// <summary>Gets the PEM of what the server's certificate chains to.</summary>
    public abstract string CaPem { get; }

    /// <summary>Gets a token of the user who may do everything.</summary>
    public abstract string AdminToken { get; }

    /// <summary>Gets a token of the user who may do what is granted.</summary>
    public abstract string LimitedToken { get; }

    /// <summary>Writes an object, new or over an old one.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its fields without metadata.</param>
    /// <param name="ns">Its namespace, or null for the test's own.</param>
    /// <param name="labels">Its labels.</param>
    public abstract Task PutAsync(FakeResource resource, string name, JsonObject content, string? ns = null, params IEnumerable<(string Name, string Value)> labels);

    /// <summary>Deletes an object, if it is there.</summary>
    public abstract Task DeleteAsync(FakeResource resource, string name, string? ns = null);

    /// <summary>Lets the limited user do something, and returns when it may.</summary>
    /// <param name="rules">What; a rule without a namespace is for the test's own.</param>
    public abstract Task GrantAsync(params FakeRule[] rules);

    /// <summary>Takes from the limited user what was granted in the test's namespace, and returns when it is gone.</summary>
    public abstract Task RevokeAsync();

    public abstract Task CreateNamespaceAsync(string name);

    /// <summary>Makes the server serve ReferenceGrants, as the custom resource definition of the Gateway API does.</summary>
    public abstract Task InstallReferenceGrantsAsync();

    /// <summary>Issues one more token to somebody who may list and watch the Secrets of the test's namespace.</summary>
    public abstract Task<string> IssueTokenAsync();

    /// <summary>Makes a token of <see cref="IssueTokenAsync"/> worthless, and returns when it is.</summary>
    public abstract Task WithdrawTokenAsync(string token);

    /// <summary>Makes a plain client of the API.</summary>
    /// <param name="token">Who asks, or null for nobody.</param>
    public HttpClient Connect(string? token)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(CaPem);
        var client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } })
        {
            BaseAddress = Address,
            DefaultRequestVersion = new Version(2, 0),
            Timeout = TimeSpan.FromMinutes(1),
        };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Writes a kubeconfig that leads here.</summary>
    /// <param name="path">The file.</param>
    /// <param name="token">The user's token.</param>
    /// <param name="address">Where the server is, or null for its own address.</param>
    public void WriteKubeconfig(string path, string token, Uri? address = null) => File.WriteAllText(
        path,
        $$"""
        apiVersion: v1
        kind: Config
        current-context: tests
        clusters:
        - name: tests
          cluster: { server: "{{address ?? Address}}", certificate-authority-data: {{Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(CaPem))}} }
        users:
        - name: tests
          user: { token: "{{token}}" }
        contexts:
        - name: tests
          context: { cluster: tests, user: tests, namespace: "{{Namespace}}" }
        """);

    public abstract ValueTask DisposeAsync();
}
