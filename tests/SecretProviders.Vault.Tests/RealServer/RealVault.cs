using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.RealServer;

/// <summary>
/// The real server of <c>VAULT_ADDR</c> with the root token of <c>VAULT_TOKEN</c> (and the CA of <c>VAULT_CACERT</c>):
/// Vault or OpenBao, empty or not. What tests make there has names of its own, and is removed.
/// </summary>
internal static class RealVault
{
    private static readonly Lazy<HttpClient> Http = new(CreateHttp);

    /// <summary>Gets the address, or null when there is no real server: then no test of this namespace exists.</summary>
    public static string? Address { get; } = Environment.GetEnvironmentVariable("VAULT_ADDR") is { Length: > 0 } address ? address.TrimEnd('/') : null;

    public static string RootToken => Environment.GetEnvironmentVariable("VAULT_TOKEN") ?? "root";

    public static string? CaFile => Environment.GetEnvironmentVariable("VAULT_CACERT") is { Length: > 0 } file ? file : null;

    /// <summary>Makes a name that no other test uses.</summary>
    public static string NewName() => $"secretproviders-test-{Guid.NewGuid():N}";

    /// <summary>Makes options of a source over the server, without a login.</summary>
    public static VaultSecretSourceOptions Options()
    {
        var options = new VaultSecretSourceOptions();
        options.Addresses.Add(Address!);
        options.Tls.Ca = CaFile is null ? null : SecretCredential.FromFile(CaFile);
        return options;
    }

    /// <summary>Asks the server; an error is an exception.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path behind <c>/v1/</c>, escaped.</param>
    /// <param name="body">The body, or null.</param>
    /// <param name="token">The token, or null for the root token.</param>
    /// <param name="wrapTtl">For how long the answer is to be wrapped, or null for not.</param>
    public static async Task<JsonObject?> AskAsync(string method, string path, JsonObject? body = null, string? token = null, string? wrapTtl = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{Address}/v1/{path}");
        request.Headers.Add("X-Vault-Token", token ?? RootToken);
        request.Headers.Add("X-Vault-Request", "true");
        if (wrapTtl is not null)
        {
            request.Headers.Add("X-Vault-Wrap-TTL", wrapTtl);
        }

        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await Http.Value.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject()
            : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }

    /// <summary>Mounts a KV engine and waits until it takes requests: a new one of version 2 is upgraded first.</summary>
    public static async Task MountKvAsync(string mount, string version)
    {
        await AskAsync("POST", $"sys/mounts/{mount}", new JsonObject { ["type"] = "kv", ["options"] = new JsonObject { ["version"] = version } });
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await AskAsync("POST", version == "2" ? $"{mount}/data/ready" : $"{mount}/ready", new JsonObject { ["data"] = new JsonObject { ["a"] = "b" } });
                return;
            }
            catch (InvalidOperationException) when (attempt < 50)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    public static Task WritePolicyAsync(string name, string policy) => AskAsync("PUT", $"sys/policies/acl/{name}", new JsonObject { ["policy"] = policy });

    private static HttpClient CreateHttp()
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (CaFile is { } file)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(file);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        return new HttpClient(handler);
    }
}
