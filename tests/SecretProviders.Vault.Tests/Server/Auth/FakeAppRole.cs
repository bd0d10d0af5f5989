using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.Server.Auth;

/// <summary>The login method AppRole.</summary>
internal sealed class FakeAppRole(FakeVaultDialect dialect, FakeNamespace scope, FakeTokens tokens) : IFakeBackend
{
    private readonly Dictionary<string, Role> _roles = new(StringComparer.Ordinal);

    public FakeVaultAnswer Handle(FakeVaultRequest request, string path, FakeToken? token) => path.Split('/') switch
    {
        ["login"] when request.IsWrite => LogIn(request),
        ["role", var role] when request.IsWrite => Create(role, request.Json()!),
        ["role", var role] => _roles.TryGetValue(role, out var found) ? FakeVaultAnswer.Ok(Describe(found)) : FakeVaultAnswer.NotFound(),
        ["role", var role, var area, .. var rest] when _roles.TryGetValue(role, out var found) => (area, rest, request.IsWrite) switch
        {
            ("role-id", [], false) => FakeVaultAnswer.Ok(new JsonObject { ["role_id"] = found.Id }),
            ("role-id", [], true) => SetId(found, request.Text("role_id")!),
            ("secret-id", [], true) => AddSecretId(found, Guid.NewGuid().ToString(), request.Text("metadata")),
            ("custom-secret-id", [], true) => AddSecretId(found, request.Text("secret_id")!, request.Text("metadata")),
            ("secret-id", ["lookup" or "destroy"], true) => FakeVaultAnswer.NoContent(),
            _ => FakeVaultAnswer.Unsupported(),
        },
        _ => FakeVaultAnswer.NotFound(),
    };

    private FakeVaultAnswer Create(string name, JsonObject body)
    {
        _roles[name] = new Role
        {
            Name = name,
            Policies = body["token_policies"] is JsonArray policies ? [.. policies.Select(static policy => policy!.ToString())] : [],
            Ttl = FakeDuration.Read(body["token_ttl"]) ?? TimeSpan.Zero,
            MaxTtl = FakeDuration.Read(body["token_max_ttl"]) ?? TimeSpan.Zero,
            SecretIdTtl = FakeDuration.Read(body["secret_id_ttl"]) ?? TimeSpan.Zero,
            SecretIdUses = body["secret_id_num_uses"]?.GetValue<int>() ?? 0,
            TokenUses = body["token_num_uses"]?.GetValue<int>() ?? 0,
            IsBatch = body["token_type"]?.ToString() == "batch",
            BindSecretId = body["bind_secret_id"]?.GetValue<bool>() ?? true,
        };
        return FakeVaultAnswer.NoContent();
    }

    private static FakeVaultAnswer SetId(Role role, string id)
    {
        role.Id = id;
        return FakeVaultAnswer.NoContent();
    }

    private FakeVaultAnswer AddSecretId(Role role, string secretId, string? metadata)
    {
        role.SecretIds[secretId] = (role.SecretIdUses == 0 ? int.MaxValue : role.SecretIdUses, metadata is null ? [] : (JsonObject)JsonNode.Parse(metadata)!);
        var data = new JsonObject { ["secret_id"] = secretId, ["secret_id_accessor"] = Guid.NewGuid().ToString() };
        if (dialect == FakeVaultDialect.OpenBao26)
        {
            data["secret_id_num_uses"] = role.SecretIdUses;
        }

        data["secret_id_ttl"] = (long)role.SecretIdTtl.TotalSeconds;
        return FakeVaultAnswer.Ok(data);
    }

    private FakeVaultAnswer LogIn(FakeVaultRequest request)
    {
        if (request.Text("role_id") is not { Length: > 0 } roleId)
        {
            return FakeVaultAnswer.Error(dialect == FakeVaultDialect.Vault18 ? 400 : 500, "missing role_id");
        }

        var role = _roles.Values.FirstOrDefault(role => role.Id == roleId);
        if (role is null)
        {
            return FakeVaultAnswer.Error(400, dialect == FakeVaultDialect.Vault18 ? "invalid role ID" : "invalid role or secret ID");
        }

        var metadata = new Dictionary<string, string> { ["role_name"] = role.Name };
        if (role.BindSecretId)
        {
            if (request.Text("secret_id") is not { Length: > 0 } secretId)
            {
                return FakeVaultAnswer.Error(400, "missing secret_id");
            }

            if (!role.SecretIds.TryGetValue(secretId, out var held) || held.Uses == 0)
            {
                return FakeVaultAnswer.Error(400, dialect == FakeVaultDialect.Vault18 ? "invalid secret id" : "invalid role or secret ID");
            }

            role.SecretIds[secretId] = (held.Uses - 1, held.Metadata);
            foreach (var (name, value) in held.Metadata)
            {
                metadata[name] = value!.ToString();
            }
        }

        var token = tokens.Issue(
            scope, "auth/approle/login", "approle", role.Policies, role.Ttl > TimeSpan.Zero ? role.Ttl : null, role.MaxTtl > TimeSpan.Zero ? role.MaxTtl : null, metadata, isBatch: role.IsBatch);
        token.Uses = role.TokenUses;
        return FakeVaultAnswer.Ok(null, tokens.Grant(token, token.Ttl));
    }

    private JsonObject Describe(Role role)
    {
        var data = new JsonObject
        {
            ["bind_secret_id"] = role.BindSecretId,
            ["local_secret_ids"] = false,
            ["secret_id_bound_cidrs"] = null,
            ["secret_id_num_uses"] = role.SecretIdUses,
            ["secret_id_ttl"] = (long)role.SecretIdTtl.TotalSeconds,
            ["token_bound_cidrs"] = new JsonArray(),
            ["token_explicit_max_ttl"] = 0,
            ["token_max_ttl"] = (long)role.MaxTtl.TotalSeconds,
            ["token_no_default_policy"] = false,
            ["token_num_uses"] = role.TokenUses,
            ["token_period"] = 0,
            ["token_policies"] = new JsonArray([.. role.Policies.Select(static policy => (JsonNode)policy)]),
        };
        if (dialect == FakeVaultDialect.OpenBao26)
        {
            data["token_strictly_bind_ip"] = false;
        }

        data["token_ttl"] = (long)role.Ttl.TotalSeconds;
        data["token_type"] = role.IsBatch ? "batch" : "default";
        return data;
    }

    private sealed class Role
    {
        public required string Name { get; init; }

        public string Id { get; set; } = Guid.NewGuid().ToString();

        public required string[] Policies { get; init; }

        public required TimeSpan Ttl { get; init; }

        public required TimeSpan MaxTtl { get; init; }

        public required TimeSpan SecretIdTtl { get; init; }

        public required int SecretIdUses { get; init; }

        public required int TokenUses { get; init; }

        public required bool BindSecretId { get; init; }

        public required bool IsBatch { get; init; }

        public Dictionary<string, (int Uses, JsonObject Metadata)> SecretIds { get; } = new(StringComparer.Ordinal);
    }
}
