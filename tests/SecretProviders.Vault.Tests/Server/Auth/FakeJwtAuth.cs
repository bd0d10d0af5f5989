using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.Server.Auth;

/// <summary>
/// The login methods <c>jwt</c> and <c>kubernetes</c>. What a JWT is worth is planted by tests: its metadata, or the
/// answer with which it is refused; nothing is verified.
/// </summary>
internal sealed class FakeJwtAuth(FakeVaultDialect dialect, FakeNamespace scope, FakeTokens tokens, string type) : IFakeBackend
{
    private readonly Dictionary<string, (string[] Policies, TimeSpan? Ttl, TimeSpan? MaxTtl)> _roles = new(StringComparer.Ordinal);

    /// <summary>Gets what JWTs are worth: metadata of the token, or a refusal.</summary>
    public Dictionary<string, Dictionary<string, string>> Accepted { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, FakeVaultAnswer> Refused { get; } = new(StringComparer.Ordinal);

    public string? DefaultRole { get; set; }

    public FakeVaultAnswer Handle(FakeVaultRequest request, string path, FakeToken? token) => path.Split('/') switch
    {
        ["login"] when request.IsWrite => LogIn(request),
        ["role", var role] when request.IsWrite => Create(role, request.Json()!),
        ["config"] when request.IsWrite => Configure(request),
        _ => FakeVaultAnswer.Unsupported(),
    };

    private FakeVaultAnswer Configure(FakeVaultRequest request)
    {
        DefaultRole = request.Text("default_role");
        return FakeVaultAnswer.NoContent();
    }

    private FakeVaultAnswer Create(string name, JsonObject body)
    {
        _roles[name] = (
            body["token_policies"] is JsonArray policies ? [.. policies.Select(static policy => policy!.ToString())] : [],
            FakeDuration.Read(body["token_ttl"]),
            FakeDuration.Read(body["token_max_ttl"]));
        return type == "jwt" && dialect == FakeVaultDialect.Vault18 ? FakeVaultAnswer.Ok(null) : FakeVaultAnswer.NoContent();
    }

    private FakeVaultAnswer LogIn(FakeVaultRequest request)
    {
        var role = request.Text("role") ?? DefaultRole;
        if (role is null)
        {
            return FakeVaultAnswer.Error(400, "missing role");
        }

        if (!_roles.TryGetValue(role, out var found))
        {
            return FakeVaultAnswer.Error(400, type == "jwt" ? $"role \"{role}\" could not be found" : $"invalid role name \"{role}\"");
        }

        if (request.Text("jwt") is not { Length: > 0 } jwt)
        {
            return FakeVaultAnswer.Error(400, type == "jwt" ? "missing token" : "missing jwt");
        }

        if (Refused.TryGetValue(jwt, out var refusal))
        {
            return refusal;
        }

        if (!Accepted.TryGetValue(jwt, out var metadata))
        {
            return Unknown();
        }

        var token = tokens.Issue(scope, $"auth/{type}/login", type, found.Policies, found.Ttl, found.MaxTtl, new Dictionary<string, string>(metadata) { ["role"] = role });
        return FakeVaultAnswer.Ok(null, tokens.Grant(token, token.Ttl));
    }

    private FakeVaultAnswer Unknown() => (type, dialect) switch
    {
        ("jwt", _) => FakeVaultAnswer.Error(400, "error validating token: error verifying token signature: no known key successfully validated the token signature"),
        (_, FakeVaultDialect.Vault18) => FakeVaultAnswer.Error(500, "not a compact JWS"),
        _ => FakeVaultAnswer.Denied(),
    };
}
