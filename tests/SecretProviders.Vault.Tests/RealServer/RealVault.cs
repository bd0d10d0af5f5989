using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.RealServer;

/// <summary>
/// The real server of <c>VAULT_ADDR</c>: Vault or OpenBao, empty or not. What tests make there has names of its own, and
/// is removed. <c>VAULT_TOKEN</c> is a root token, or else what a dev server left in <c>~/.vault-token</c>, or else
/// <c>root</c>; <c>VAULT_CACERT</c> and <c>VAULT_NAMESPACE</c> mean what they mean to Vault's own command.
/// </summary>
internal static class RealVault
{
    private static readonly Lazy<HttpClient> Http = new(CreateHttp);

    /// <summary>Gets the address, or null when there is no real server: then no test of this namespace exists.</summary>
    public static string? Address { get; } = Variable("VAULT_ADDR")?.TrimEnd('/');

    public static string RootToken => Variable("VAULT_TOKEN") ?? TokenOfDevServer() ?? "root";

    private static string? CaFile => Variable("VAULT_CACERT");

    private static string? Namespace => Variable("VAULT_NAMESPACE")?.Trim('/');

    /// <summary>Gets the present, where each clock of a test begins: the server's certificate is judged by it.</summary>
    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Makes a name that no other test uses.</summary>
    public static string NewName() => $"secretproviders-test-{Guid.NewGuid():N}";

    /// <summary>Makes options of a source over the server, without a login.</summary>
    public static VaultSecretSourceOptions Options()
    {
        var options = new VaultSecretSourceOptions();
        options.Addresses.Add(Address!);
        Configure(options);
        return options;
    }

    /// <summary>Sets what the server needs besides an address and a login.</summary>
    public static void Configure(VaultSecretSourceOptions options)
    {
        options.Namespace = Namespace;
        options.Tls.Ca = CaFile is { } file ? SecretCredential.FromFile(file) : null;
    }

    /// <summary>Gets the whole name of a namespace within the one that the tests have.</summary>
    public static string Within(string child) => Namespace is { } own ? $"{own}/{child}" : child;

    /// <summary>Asks the server; an error is an exception.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path behind <c>/v1/</c>, escaped.</param>
    /// <param name="body">The body, or null.</param>
    /// <param name="token">The token, or null for the root token.</param>
    /// <param name="wrapTtl">For how long the answer is to be wrapped, or null for not.</param>
    /// <param name="scope">The namespace, or null for the one that the tests have.</param>
    public static async Task<JsonObject?> AskAsync(
        string method, string path, JsonObject? body = null, string? token = null, string? wrapTtl = null, string? scope = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{Address}/v1/{path}");
        request.Headers.Add("X-Vault-Token", token ?? RootToken);
        request.Headers.Add("X-Vault-Request", "true");
        if ((scope ?? Namespace) is { } name)
        {
            request.Headers.Add("X-Vault-Namespace", name);
        }

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
            catch (InvalidOperationException) when (attempt < 1000)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10));
            }
        }
    }

    /// <summary>Asks a real store again and again until it says what is awaited; half a minute of that is a failure.</summary>
    public static async Task<bool> EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (await condition())
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        return false;
    }

    /// <summary>Makes a token with the policy of a name.</summary>
    public static async Task<string> NewTokenAsync(string policy, string ttl = "10m")
    {
        var answer = await AskAsync("POST", "auth/token/create", new JsonObject { ["policies"] = new JsonArray(policy), ["ttl"] = ttl });
        return answer!["auth"]!["client_token"]!.ToString();
    }

    public static Task WritePolicyAsync(string name, string policy) => AskAsync("PUT", $"sys/policies/acl/{name}", new JsonObject { ["policy"] = policy });

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string? TokenOfDevServer()
    {
        var file = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".vault-token");
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

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
