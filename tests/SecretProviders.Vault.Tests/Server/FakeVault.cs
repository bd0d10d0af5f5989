using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server.Auth;
using SecretProviders.Vault.Tests.Server.Engines;
using SecretProviders.Vault.Tests.Server.Engines.Leases;
using SecretProviders.Vault.Tests.Server.Engines.Pki;

namespace SecretProviders.Vault.Tests.Server;

/// <summary>
/// What a cluster of the fake holds, and how it answers: the state of Vault without its network. Every node of a
/// cluster has the same one. Safe for use by any number of threads, one request at a time.
/// </summary>
internal sealed class FakeVault
{
    public const string RootToken = "root";
    private readonly Lock _gate = new();
    private readonly FakeSystem _system;

    /// <summary>Makes an unsealed server with one root token, KV v2 at <c>secret</c> and nothing in it.</summary>
    /// <param name="dialect">Whose wire it speaks.</param>
    /// <param name="clock">Its own clock, which need not be the client's.</param>
    public FakeVault(FakeVaultDialect dialect, TimeProvider clock)
    {
        Dialect = dialect;
        Clock = clock;
        Tokens = new FakeTokens(dialect, clock);
        Leases = new FakeLeases(dialect, Tokens, clock);
        _system = new FakeSystem(this);
        AddNamespace(string.Empty);
        Mount(Root, "secret", "kv", "2");
        Tokens.Add(new FakeToken
        {
            Id = RootToken,
            Accessor = Guid.NewGuid().ToString("N"),
            Namespace = string.Empty,
            Policies = ["root"],
            Issued = clock.GetUtcNow(),
            Ttl = null,
            Orphan = true,
        });
    }

    public FakeVaultDialect Dialect { get; }

    public TimeProvider Clock { get; }

    public FakeTokens Tokens { get; }

    public FakeLeases Leases { get; }

    public SortedDictionary<string, FakeNamespace> Namespaces { get; } = new(StringComparer.Ordinal);

    public FakeNamespace Root => Namespaces[string.Empty];

    /// <summary>Gets the wrapped answers by their tokens.</summary>
    public Dictionary<string, FakeWrapped> Wrapped { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets the rate limit; null where nothing is limited.</summary>
    public FakeQuota? Quota { get; set; }

    /// <summary>Changes something of the state, as the server's operator.</summary>
    public void Change(Action<FakeVault> change)
    {
        lock (_gate)
        {
            change(this);
        }
    }

    /// <summary>Asks as the root token does, without the network.</summary>
    public FakeVaultAnswer AsRoot(string method, string path, JsonObject? body = null) => Handle(new FakeVaultRequest
    {
        Method = method,
        Path = path,
        Target = path,
        Query = new Dictionary<string, string>(),
        Headers = new Dictionary<string, string> { ["X-Vault-Token"] = RootToken },
        Body = body is null ? [] : System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()),
    });

    /// <summary>Answers a request at an unsealed, active server.</summary>
    public FakeVaultAnswer Handle(FakeVaultRequest request)
    {
        lock (_gate)
        {
            var answer = HandleLocked(request);
            Quota?.Show(request.Path, answer);
            if (Dialect == FakeVaultDialect.OpenBao26 && request.Header("X-Vault-Namespace") is { Length: > 0 } scope)
            {
                answer.Headers["X-Vault-Namespace"] = scope;
            }

            return answer;
        }
    }

    public FakeNamespace AddNamespace(string path)
    {
        var added = Namespaces[path] = new FakeNamespace(path);
        added.Mounts["sys/"] = new FakeMount("system", null, _system);
        added.Mounts["cubbyhole/"] = new FakeMount("cubbyhole", null, new FakeKv1());
        added.AuthMounts["token/"] = new FakeMount("token", null, Tokens);
        return added;
    }

    public void Mount(FakeNamespace scope, string path, string type, string? version) => scope.Mounts[path.TrimEnd('/') + "/"] = new FakeMount(type, version, (type, version) switch
    {
        ("kv", "2") => new FakeKv2(Dialect, Clock),
        ("kv", _) => new FakeKv1(),
        ("pki", _) => new FakePki(Dialect, Leases, Clock),
        ("database", _) => new FakeDatabase(Dialect, Leases, Clock),
        _ => throw new ArgumentException($"The fake has no engine '{type}'.", nameof(type)),
    });

    public void Enable(FakeNamespace scope, string path, string type) => scope.AuthMounts[path.TrimEnd('/') + "/"] = new FakeMount(type, null, type switch
    {
        "approle" => new FakeAppRole(Dialect, scope, Tokens),
        "jwt" or "kubernetes" => new FakeJwtAuth(Dialect, scope, Tokens, type),
        "cert" => new FakeCertAuth(Dialect, scope, Tokens),
        _ => throw new ArgumentException($"The fake has no login method '{type}'.", nameof(type)),
    });

    /// <summary>Gets an engine, to plant what it holds and to look at what it did.</summary>
    public T Engine<T>(string path) => (T)Root.Mounts[path + "/"].Backend;

    /// <summary>Gets a login method, to plant what its credentials are worth.</summary>
    public T Auth<T>(string path) => (T)Root.AuthMounts[path + "/"].Backend;

    private FakeVaultAnswer HandleLocked(FakeVaultRequest request)
    {
        if (FindNamespace(request, out var path) is not { } scope)
        {
            return FakeVaultAnswer.Error(404, "namespace not found");
        }

        var unwraps = path == "sys/wrapping/unwrap" && request.Token is { } wrapping && Wrapped.ContainsKey(wrapping);
        if (path is "sys/wrapping/lookup" || path is "sys/wrapping/unwrap" && (unwraps || Tokens.Find(request.Token ?? string.Empty) is null))
        {
            return _system.Unwrap(request, path);
        }

        if (path.StartsWith("auth/", StringComparison.Ordinal) && (path.EndsWith("/login", StringComparison.Ordinal) || path.Contains("/login/", StringComparison.Ordinal)))
        {
            return FindMount(scope.AuthMounts, path["auth/".Length..], out var login, out var rest)
                ? Wrap(request, path, login.Backend.Handle(request, rest, null))
                : NoToken();
        }

        if (FindMount(scope.Mounts, path, out var engine, out var name) && engine.Backend is FakePki pki && FakePki.IsPublic(request, name))
        {
            return pki.Handle(request, name, null);
        }

        return Authorize(request, scope, path, out var token) ?? Wrap(request, path, Dispatch(request, scope, path, token!));
    }

    private FakeVaultAnswer NoToken() => Dialect == FakeVaultDialect.Vault18 ? FakeVaultAnswer.Error(400, "missing client token") : FakeVaultAnswer.Denied();

    private FakeVaultAnswer? Authorize(FakeVaultRequest request, FakeNamespace scope, string path, out FakeToken? token)
    {
        token = null;
        if (request.Token is not { Length: > 0 } id)
        {
            return NoToken();
        }

        token = Tokens.Find(id);
        if (token is null)
        {
            return FakeVaultAnswer.Denied();
        }

        if (token.Uses > 0 && --token.Uses == 0)
        {
            Tokens.Revoke(token);
        }

        if (Quota is { } quota && path.StartsWith(quota.Path, StringComparison.Ordinal) && !quota.TryTake())
        {
            return quota.Refuse(path);
        }

        var own = Namespaces[token.Namespace];
        var policies = token.Policies.Select(name => own.Policies.GetValueOrDefault(name) ?? string.Empty);
        var aboutSelf = path is "auth/token/lookup-self" or "auth/token/renew-self" or "auth/token/revoke-self";
        return token.Policies.Contains("root") || ((scope == own || aboutSelf) && FakePolicy.Allows(policies, path, request)) ? null : FakeVaultAnswer.DeniedByPolicy();
    }

    private FakeVaultAnswer Dispatch(FakeVaultRequest request, FakeNamespace scope, string path, FakeToken token)
    {
        if (request.IsWrite && request.Json() is null)
        {
            return FakeVaultAnswer.Error(400, BadJson(request));
        }

        if (path.StartsWith("auth/", StringComparison.Ordinal) && FindMount(scope.AuthMounts, path["auth/".Length..], out var method, out var rest))
        {
            return method.Backend.Handle(request, rest, token);
        }

        return FindMount(scope.Mounts, path, out var mount, out rest)
            ? mount.Type == "system" ? _system.Handle(request, scope, rest, token) : mount.Backend.Handle(request, rest, token)
            : FakeVaultAnswer.Error(404, Dialect == FakeVaultDialect.Vault18 ? $"no handler for route '{path}'" : $"no handler for route \"{path}\". route entry not found.");
    }

    private string BadJson(FakeVaultRequest request) => Dialect == FakeVaultDialect.Vault18
        ? "error parsing JSON"
        : request.Body[0] == '['
            ? "failed to decode JSON input: json: cannot unmarshal array into Go value of type map[string]interface {}"
            : $"failed to decode JSON input: invalid character '{(char)request.Body[Math.Min(1, request.Body.Length - 1)]}'";

    private FakeVaultAnswer Wrap(FakeVaultRequest request, string path, FakeVaultAnswer answer)
    {
        if (request.Header("X-Vault-Wrap-TTL") is not { } asked || answer.Status is not 200 || path is "sys/wrapping/wrap")
        {
            return answer;
        }

        return FakeDuration.Parse(asked) is { } ttl
            ? _system.Wrap(answer, path, ttl)
            : FakeVaultAnswer.Error(400, Dialect == FakeVaultDialect.Vault18
                ? $"error parsing X-Vault-Wrap-TTL header: strconv.ParseInt: parsing \"{asked}\": invalid syntax"
                : $"error parsing X-Vault-Wrap-TTL header: time: invalid duration \"{asked}\"");
    }

    // OpenBao takes the namespace from the header, the path, or both; Vault without namespaces sees neither.
    private FakeNamespace? FindNamespace(FakeVaultRequest request, out string path)
    {
        path = request.Path;
        if (Dialect == FakeVaultDialect.Vault18)
        {
            return Root;
        }

        var header = (request.Header("X-Vault-Namespace") ?? string.Empty).Trim('/');
        var name = header is "" or "root" ? string.Empty : header + "/";
        if (!Namespaces.ContainsKey(name))
        {
            return null;
        }

        var whole = name + path;
        var found = Namespaces.Keys.Where(key => whole.StartsWith(key, StringComparison.Ordinal)).MaxBy(static key => key.Length)!;
        path = whole[found.Length..];
        return Namespaces[found];
    }

    private static bool FindMount(SortedDictionary<string, FakeMount> mounts, string path, out FakeMount mount, out string rest)
    {
        var found = mounts.Keys.Where(key => path.StartsWith(key, StringComparison.Ordinal)).MaxBy(static key => key.Length);
        mount = found is null ? null! : mounts[found];
        rest = found is null ? string.Empty : path[found.Length..];
        return found is not null;
    }
}
