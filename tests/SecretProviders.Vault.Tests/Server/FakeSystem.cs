using System.Globalization;
using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server.Auth;

namespace SecretProviders.Vault.Tests.Server;

/// <summary>The system backend: mounts, policies, wrapping, quotas, namespaces.</summary>
internal sealed class FakeSystem(FakeVault vault) : IFakeBackend
{
    private static readonly FakeVaultAnswer BadWrapping = FakeVaultAnswer.Error(400, "wrapping token is not valid or does not exist");

    public FakeVaultAnswer Handle(FakeVaultRequest request, string path, FakeToken? token) => Handle(request, vault.Root, path, token!);

    public FakeVaultAnswer Handle(FakeVaultRequest request, FakeNamespace scope, string path, FakeToken token) => path.Split('/') switch
    {
        ["mounts"] => request.Method == "GET" ? FakeVaultAnswer.System([]) : FakeVaultAnswer.Unsupported(),
        ["mounts", .. var name] => Mounts(request, scope, string.Join('/', name)),
        ["auth", .. var name] when request.IsWrite => Enable(scope, string.Join('/', name), request.Text("type")!),
        ["auth", .. var name] when request.Method == "DELETE" => Disable(scope.AuthMounts, string.Join('/', name)),
        ["policies", "acl", var name] => Policy(request, scope, name),
        ["capabilities-self"] => Capabilities(request, scope, token),
        ["wrapping", "wrap"] => Wrap(FakeVaultAnswer.Ok(request.Json()!), "sys/wrapping/wrap", FakeDuration.Parse(request.Header("X-Vault-Wrap-TTL") ?? "60")!.Value),
        ["wrapping", "rewrap"] => Rewrap(request),
        ["wrapping", "unwrap"] => Unwrap(request, "sys/wrapping/unwrap"),
        ["quotas", ..] => Quota(request, path),
        ["leases", .. var rest] => vault.Leases.Handle(request, rest),
        ["renew"] when vault.Dialect == FakeVaultDialect.Vault18 => vault.Leases.Handle(request, ["renew"]),
        ["renew"] => FakeVaultAnswer.Error(404, "1 error occurred:\n\t* unsupported path\n\n"),
        ["namespaces", var name] when vault.Dialect == FakeVaultDialect.OpenBao26 => Namespace(request, scope, name),
        _ => FakeVaultAnswer.Unsupported(),
    };

    /// <summary>Puts an answer away for whoever shows the token first.</summary>
    public FakeVaultAnswer Wrap(FakeVaultAnswer answer, string path, TimeSpan ttl)
    {
        var token = $"s.{Guid.NewGuid():N}";
        vault.Wrapped[token] = new FakeWrapped(answer.Body!, path, vault.Clock.GetUtcNow(), ttl);
        var info = new JsonObject
        {
            ["token"] = token,
            ["accessor"] = Guid.NewGuid().ToString("N"),
            ["ttl"] = (long)ttl.TotalSeconds,
            ["creation_time"] = FakeDuration.Time(vault.Clock.GetUtcNow()),
            ["creation_path"] = path,
        };
        var accessor = answer.Body!["auth"]?["accessor"] ?? (vault.Dialect == FakeVaultDialect.OpenBao26 ? answer.Body["data"]?["secret_id_accessor"] : null);
        if (accessor is not null)
        {
            info["wrapped_accessor"] = accessor.ToString();
        }

        var wrapped = FakeVaultAnswer.Ok(null);
        wrapped.Body!["request_id"] = string.Empty;
        wrapped.Body["wrap_info"] = info;
        return wrapped;
    }

    /// <summary>Looks at a wrapping token, or takes what it wraps.</summary>
    public FakeVaultAnswer Unwrap(FakeVaultRequest request, string path)
    {
        var token = request.Text("token") ?? request.Token ?? string.Empty;
        if (!vault.Wrapped.TryGetValue(token, out var found) || vault.Clock.GetUtcNow() >= found.Created + found.Ttl)
        {
            return BadWrapping with { Headers = [] };
        }

        if (path == "sys/wrapping/lookup")
        {
            return FakeVaultAnswer.Ok(new JsonObject
            {
                ["creation_path"] = found.CreationPath,
                ["creation_time"] = FakeDuration.Time(found.Created),
                ["creation_ttl"] = (long)found.Ttl.TotalSeconds,
            });
        }

        vault.Wrapped.Remove(token);
        return new FakeVaultAnswer(200, found.Answer);
    }

    private FakeVaultAnswer Rewrap(FakeVaultRequest request)
    {
        if (!vault.Wrapped.Remove(request.Text("token") ?? string.Empty, out var found))
        {
            return BadWrapping with { Headers = [] };
        }

        return Wrap(new FakeVaultAnswer(200, found.Answer), found.CreationPath, found.Ttl);
    }

    private FakeVaultAnswer Mounts(FakeVaultRequest request, FakeNamespace scope, string name)
    {
        if (request.Method == "DELETE")
        {
            return Disable(scope.Mounts, name);
        }

        if (name.EndsWith("/tune", StringComparison.Ordinal))
        {
            return request.IsWrite ? FakeVaultAnswer.NoContent() : Tune(scope, name[..^"tune".Length]);
        }

        if (scope.Mounts.ContainsKey(name + "/"))
        {
            return FakeVaultAnswer.Error(400, $"path is already in use at {name}/");
        }

        var type = request.Text("type")!;
        vault.Mount(scope, name, type == "kv-v2" ? "kv" : type, type == "kv-v2" ? "2" : request.Json()!["options"]?["version"]?.ToString());
        return FakeVaultAnswer.NoContent();
    }

    private static FakeVaultAnswer Tune(FakeNamespace scope, string path)
    {
        var data = new JsonObject
        {
            ["default_lease_ttl"] = 2764800,
            ["description"] = path == "secret/" ? "key/value secret storage" : string.Empty,
            ["force_no_cache"] = false,
            ["max_lease_ttl"] = 2764800,
        };
        if (scope.Mounts[path].Version is { } version)
        {
            data["options"] = new JsonObject { ["version"] = version };
        }

        return FakeVaultAnswer.System(data);
    }

    private FakeVaultAnswer Enable(FakeNamespace scope, string name, string type)
    {
        vault.Enable(scope, name, type);
        return FakeVaultAnswer.NoContent();
    }

    private static FakeVaultAnswer Disable(SortedDictionary<string, FakeMount> mounts, string name)
    {
        mounts.Remove(name + "/");
        return FakeVaultAnswer.NoContent();
    }

    private FakeVaultAnswer Policy(FakeVaultRequest request, FakeNamespace scope, string name)
    {
        if (request.IsWrite)
        {
            scope.Policies[name] = request.Text("policy")!;
            return FakeVaultAnswer.NoContent();
        }

        if (request.Method == "DELETE")
        {
            scope.Policies.Remove(name);
            return FakeVaultAnswer.NoContent();
        }

        return scope.Policies.TryGetValue(name, out var policy) ? FakeVaultAnswer.Ok(Describe(name, policy)) : FakeVaultAnswer.NotFound();
    }

    private JsonObject Describe(string name, string policy) => vault.Dialect == FakeVaultDialect.Vault18
        ? new JsonObject { ["name"] = name, ["policy"] = policy }
        : new JsonObject
        {
            ["allow_slashes_in_identity_templates"] = false,
            ["allow_wildcards_in_identity_templates"] = false,
            ["cas_required"] = false,
            ["modified"] = FakeDuration.Time(vault.Clock.GetUtcNow()),
            ["name"] = name,
            ["policy"] = policy,
            ["version"] = 1,
        };

    private static FakeVaultAnswer Capabilities(FakeVaultRequest request, FakeNamespace scope, FakeToken token)
    {
        var body = request.Json()!;
        string[] paths = body["paths"] is JsonArray list ? [.. list.Select(static path => path!.ToString())] : [body["path"]!.ToString()];
        var data = new JsonObject();
        foreach (var path in paths)
        {
            string[] found = token.Policies.Contains("root")
                ? ["root"]
                : FakePolicy.Capabilities(token.Policies.Select(name => scope.Policies.GetValueOrDefault(name) ?? string.Empty), path);
            data[path] = new JsonArray([.. (found.Length == 0 ? ["deny"] : found).Select(static one => (JsonNode)one)]);
        }

        if (paths.Length == 1)
        {
            data["capabilities"] = data[paths[0]]!.DeepClone();
        }

        return FakeVaultAnswer.System(data);
    }

    private FakeVaultAnswer Quota(FakeVaultRequest request, string path)
    {
        if (path == "quotas/config")
        {
            return FakeVaultAnswer.NoContent();
        }

        var body = request.Json();
        vault.Quota = request.Method == "DELETE"
            ? null
            : new FakeQuota(body!["path"]!.ToString(), body["rate"]!.GetValue<int>(), (int)FakeDuration.Read(body["interval"])!.Value.TotalSeconds - 1);
        return FakeVaultAnswer.NoContent();
    }

    private FakeVaultAnswer Namespace(FakeVaultRequest request, FakeNamespace scope, string name)
    {
        var path = $"{scope.Path}{name}/";
        if (request.Method == "DELETE")
        {
            vault.Namespaces.Remove(path);
            return FakeVaultAnswer.Ok(new JsonObject { ["status"] = "in-progress" });
        }

        var found = request.IsWrite ? vault.AddNamespace(path) : vault.Namespaces.GetValueOrDefault(path);
        if (found is null)
        {
            return FakeVaultAnswer.NotFound();
        }

        found.Metadata = request.Json()?["custom_metadata"] as JsonObject ?? found.Metadata;
        return FakeVaultAnswer.Ok(new JsonObject
        {
            ["custom_metadata"] = found.Metadata.DeepClone(),
            ["id"] = found.Id,
            ["locked"] = false,
            ["path"] = path,
            ["tainted"] = false,
            ["uuid"] = Guid.NewGuid().ToString(),
        });
    }
}
