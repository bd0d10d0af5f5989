using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Testing;

namespace SecretProviders.Benchmarks;

/// <summary>A namespace of a real API server, and a plain client of it.</summary>
internal sealed class BenchmarkNamespace : IDisposable
{
    private readonly KubeServer _server;

    public BenchmarkNamespace(KubeServer server, string name)
    {
        _server = server;
        Name = name;
        Admin = Connect();
    }

    public string Name { get; }

    public HttpClient Admin { get; }

    public string Path => $"/api/v1/namespaces/{Name}/secrets";

    public HttpClient Connect()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(_server.CaPem);
        var client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } })
        {
            BaseAddress = _server.Address,
            DefaultRequestVersion = new Version(2, 0),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _server.AdminToken);
        return client;
    }

    public async Task CreateAsync()
    {
        var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = Name } };
        using var answer = await Admin.PostAsJsonAsync("/api/v1/namespaces", body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Writes a certificate as a new Secret.</summary>
    public async Task PostAsync(string name, TestCertificate certificate)
    {
        using var answer = await Admin.PostAsJsonAsync(Path, Tls(name, certificate));
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Writes a certificate over an old one.</summary>
    public async Task PatchAsync(string name, TestCertificate certificate)
    {
        using var content = new StringContent(Tls(name, certificate).ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/merge-patch+json"));
        using var answer = await Admin.PatchAsync($"{Path}/{name}", content);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Writes a certificate by kubectl.</summary>
    public Task ApplyAsync(string name, TestCertificate certificate)
    {
        var body = Tls(name, certificate);
        body["metadata"]!["namespace"] = Name;
        return _server.KubectlAsync(body.ToJsonString(), "apply", "-f", "-");
    }

    public void Dispose() => Admin.Dispose();

    private static JsonObject Tls(string name, TestCertificate certificate) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["type"] = "kubernetes.io/tls",
        ["data"] = new JsonObject
        {
            ["tls.crt"] = Convert.ToBase64String(certificate.CertificatePem),
            ["tls.key"] = Convert.ToBase64String(certificate.PrivateKeyPem),
        },
    };
}
