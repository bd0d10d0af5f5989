using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using SecretProviders.Testing;
using SecretProviders.Vault.Auth;
using SecretProviders.Vault.Client;
using SecretProviders.Vault.Tests.Conformance;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests;

/// <summary>A fake of one or more nodes on a clock that the test moves, and what reads it.</summary>
internal sealed class VaultTestbed : IAsyncDisposable
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly AskingClock _asking;

    public VaultTestbed(FakeVaultDialect dialect = FakeVaultDialect.OpenBao26)
    {
        Vault = new FakeVault(dialect, Clock);
        _asking = new AskingClock(Clock);
    }

    public ManualTimeProvider Clock { get; } = new();

    public LogCollector Logs { get; } = new();

    public FakeVault Vault { get; }

    public TestFile File { get; } = new();

    public FakeVaultNode Node => Nodes[0];

    public List<FakeVaultNode> Nodes { get; } = [];

    public FakeSecretProvider Provider { get; } = new();

    public static async Task<VaultTestbed> StartAsync(FakeVaultDialect dialect = FakeVaultDialect.OpenBao26, int nodes = 1, X509Certificate2? certificate = null)
    {
        var bed = new VaultTestbed(dialect);
        for (var i = 0; i < nodes; i++)
        {
            bed.Nodes.Add(await FakeVaultNode.StartAsync(bed.Vault, certificate));
        }

        return bed;
    }

    /// <summary>Makes options with the nodes' addresses, and a login with the root token when none is configured.</summary>
    public VaultSecretSourceOptions Options(Action<VaultSecretSourceOptions>? configure = null)
    {
        var options = new VaultSecretSourceOptions { Timeout = AskingClock.TimeOut };
        foreach (var node in Nodes)
        {
            options.Addresses.Add(node.Address);
        }

        configure?.Invoke(options);
        if (options.Auth is { Token: null, AppRole: null, Kubernetes: null, Jwt: null, Certificate: null })
        {
            options.Auth.Token = File.Holding(FakeVault.RootToken);
        }

        return options;
    }

    public VaultSecretSource CreateSource(Action<VaultSecretSourceOptions>? configure = null)
    {
        var source = new VaultSecretSource("vault", Options(configure), () => Provider, _asking, Logs.CreateLogger("vault"));
        _owned.Add(source);
        return source;
    }

    public VaultClient CreateClient(string? scope = null, StoreTlsOptions? tls = null, string path = "", TimeSpan? timeout = null)
    {
        var credentials = new CredentialReader("vault");
        var client = new VaultClient(
            "vault",
            [.. Nodes.Select(node => new Uri(node.Address + path))],
            scope,
            timeout ?? AskingClock.TimeOut,
            new VaultConnections(new StoreConnector(tls ?? new StoreTlsOptions(), credentials, Clock)),
            _asking,
            Logs.CreateLogger("vault"));
        _owned.Add(new Closing(client));
        return client;
    }

    public VaultSession CreateSession(IVaultAuth auth, double jitter = 0)
    {
        var session = new VaultSession("vault", CreateClient(), auth, AskingClock.TimeOut, _asking, Logs.CreateLogger("vault")) { NextRandom = () => jitter };
        _owned.Add(session);
        return session;
    }

    public SecretStateReader Open(VaultSecretSource source, SecretReference reference)
    {
        var reader = source.Open(reference);
        _owned.Insert(0, reader);
        return reader;
    }

    /// <summary>Writes fields into KV version 2 at <c>secret</c>.</summary>
    public void Put(string name, params ReadOnlySpan<(string Name, string Value)> fields)
    {
        var data = new JsonObject();
        foreach (var (field, value) in fields)
        {
            data[field] = value;
        }

        AsRoot("POST", $"secret/data/{name}", new JsonObject { ["data"] = data });
    }

    public JsonObject? AsRoot(string method, string path, JsonObject? body = null)
    {
        var answer = Vault.AsRoot(method, path, body);
        return answer.Status < 300 ? answer.Body : throw new InvalidOperationException($"{method} {path}: {answer.Status} {answer.Body}");
    }

    /// <summary>Makes an AppRole with a policy, and returns its ids.</summary>
    public (string RoleId, string SecretId) AddAppRole(string ttl, string policy = """path "secret/*" { capabilities = ["read"] }""", JsonObject? more = null)
    {
        var role = new JsonObject { ["token_policies"] = new JsonArray("app"), ["token_ttl"] = ttl };
        foreach (var (name, value) in more ?? [])
        {
            role[name] = value?.DeepClone();
        }

        AsRoot("PUT", "sys/policies/acl/app", new JsonObject { ["policy"] = policy });
        AsRoot("POST", "sys/auth/approle", new JsonObject { ["type"] = "approle" });
        AsRoot("POST", "auth/approle/role/web", role);
        return (
            AsRoot("GET", "auth/approle/role/web/role-id")!["data"]!["role_id"]!.ToString(),
            AsRoot("POST", "auth/approle/role/web/secret-id")!["data"]!["secret_id"]!.ToString());
    }

    /// <summary>Makes an AppRole and configures a login with it.</summary>
    public Action<VaultSecretSourceOptions> WithAppRole(string ttl, string policy = """path "secret/*" { capabilities = ["read"] }""", JsonObject? more = null)
    {
        var (roleId, secretId) = AddAppRole(ttl, policy, more);
        return options => options.Auth.AppRole = new VaultAppRoleOptions { RoleId = roleId, SecretId = File.Holding(secretId) };
    }

    /// <summary>Waits until nothing is asked and so many timers wait: then everything has happened that happens without the clock.</summary>
    public async Task RestAsync(int timers)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (_asking.Asking > 0 || Clock.ActiveTimers < timers)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"{_asking.Asking} questions are under way and {Clock.ActiveTimers} timers wait.");
            await Task.Delay(Breath);
        }
    }

    /// <summary>Waits until the first node has answers to so many questions of a path; they may still be on their way.</summary>
    public async Task WhenAnsweredAsync(string path, int times = 1)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (Node.Answers.Count(answer => answer.Request.Path.StartsWith(path, StringComparison.Ordinal)) < times)
        {
            await Task.Delay(Breath, patience.Token);
        }
    }

    /// <summary>Moves the clock from timer to timer, with a rest before each.</summary>
    public async Task AdvanceAsync(TimeSpan by, int timers)
    {
        var end = Clock.GetUtcNow() + by;
        await RestAsync(timers);
        while (Clock.NextDue is { } due && due <= end)
        {
            Clock.Advance(due > Clock.GetUtcNow() ? due - Clock.GetUtcNow() : TimeSpan.Zero);
            await RestAsync(timers);
        }

        Clock.Advance(end - Clock.GetUtcNow());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
        {
            await owned.DisposeAsync();
        }

        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        await Provider.DisposeAsync();
        File.Dispose();
    }

    private sealed class Closing(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
