using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.Server.Auth;

/// <summary>The tokens of the fake, and the login method <c>token</c>.</summary>
internal sealed class FakeTokens(FakeVaultDialect dialect, TimeProvider clock) : IFakeBackend
{
    private static readonly TimeSpan DefaultTtl = TimeSpan.FromSeconds(2764800);
    private readonly Dictionary<string, FakeToken> _tokens = new(StringComparer.Ordinal);

    /// <summary>Gets every token that lives.</summary>
    public IReadOnlyCollection<FakeToken> Alive => [.. _tokens.Values.Where(token => Find(token.Id) is not null)];

    public FakeToken? Find(string id) => _tokens.GetValueOrDefault(id) is { } token && (token.Expires is not { } end || clock.GetUtcNow() < end) ? token : null;

    public FakeToken? FindAccessor(string? accessor) => _tokens.Values.FirstOrDefault(token => token.Accessor == accessor);

    public FakeToken Add(FakeToken token)
    {
        token.Expires = token.Ttl is { } ttl ? token.Issued + ttl : null;
        return _tokens[token.Id] = token;
    }

    /// <summary>Makes a token as a login gives it.</summary>
    public FakeToken Issue(FakeNamespace scope, string path, string displayName, string[] policies, TimeSpan? ttl, TimeSpan? maxTtl, Dictionary<string, string>? metadata, string? certificate = null, bool isBatch = false) =>
        Add(new FakeToken
        {
            Id = NewId(scope),
            Accessor = Guid.NewGuid().ToString("N"),
            Namespace = scope.Path,
            Policies = WithDefault(policies),
            Issued = clock.GetUtcNow(),
            Ttl = ttl ?? DefaultTtl,
            MaxTtl = maxTtl,
            Renewable = !isBatch,
            IsBatch = isBatch,
            Orphan = true,
            Path = path,
            DisplayName = scope.Path.Length == 0 ? displayName : $"{scope.Path.Replace('/', '-')}auth-{displayName}",
            EntityId = Guid.NewGuid().ToString() + Suffix(scope),
            Metadata = metadata,
            Certificate = certificate,
        });

    public void Revoke(FakeToken token)
    {
        _tokens.Remove(token.Id);
        foreach (var child in _tokens.Values.Where(child => child.Parent == token).ToArray())
        {
            Revoke(child);
        }
    }

    public JsonObject Grant(FakeToken token, TimeSpan? ttl, bool showToken = true)
    {
        var grant = new JsonObject
        {
            ["client_token"] = showToken ? token.Id : string.Empty,
            ["accessor"] = token.IsBatch ? string.Empty : token.Accessor,
            ["policies"] = Strings(token.Policies),
            ["token_policies"] = Strings(token.Policies),
            ["metadata"] = token.Metadata is null ? null : new JsonObject(token.Metadata.Select(static pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))),
            ["lease_duration"] = (long)(ttl?.TotalSeconds ?? 0),
            ["renewable"] = token.Renewable,
            ["entity_id"] = token.EntityId,
            ["token_type"] = token.IsBatch ? "batch" : "service",
            ["orphan"] = token.Orphan,
        };
        if (dialect == FakeVaultDialect.OpenBao26)
        {
            grant["mfa_requirement"] = null;
            grant["num_uses"] = token.Uses;
        }

        return grant;
    }

    public FakeVaultAnswer Handle(FakeVaultRequest request, string path, FakeToken? token) => (path, request.IsWrite) switch
    {
        ("create" or "create-orphan", true) => Create(request, token!, path),
        ("lookup-self", false) => FakeVaultAnswer.Ok(Describe(token!, token!.Id)),
        ("lookup-accessor", true) => FindAccessor(request.Text("accessor")) is { } found ? FakeVaultAnswer.Ok(Describe(found, string.Empty)) : FakeVaultAnswer.Error(403, "1 error occurred:\n\t* invalid accessor\n\n"),
        ("renew-self", true) => Renew(request, token!, showToken: true),
        ("renew-accessor", true) => Renew(request, FindAccessor(request.Text("accessor"))!, showToken: false),
        ("revoke-self", true) when token!.IsBatch => FakeVaultAnswer.Error(400, "batch tokens cannot be revoked"),
        ("revoke-self", true) => RevokeSelf(token!),
        _ => FakeVaultAnswer.Unsupported(),
    };

    private FakeVaultAnswer RevokeSelf(FakeToken token)
    {
        Revoke(token);
        return FakeVaultAnswer.NoContent();
    }

    private FakeVaultAnswer Create(FakeVaultRequest request, FakeToken parent, string path)
    {
        var body = request.Json()!;
        var explicitMax = FakeDuration.Read(body["explicit_max_ttl"]);
        var period = FakeDuration.Read(body["period"]);
        var orphan = path == "create-orphan" || body["no_parent"]?.GetValue<bool>() == true;
        var token = Add(new FakeToken
        {
            Id = NewId(new FakeNamespace(parent.Namespace)),
            Accessor = Guid.NewGuid().ToString("N"),
            Namespace = parent.Namespace,
            Policies = WithDefault(body["policies"] is JsonArray policies ? [.. policies.Select(static policy => policy!.ToString())] : parent.Policies),
            Issued = clock.GetUtcNow(),
            Ttl = period ?? FakeDuration.Read(body["ttl"]) ?? DefaultTtl,
            ExplicitMaxTtl = explicitMax,
            Period = period,
            Renewable = body["type"]?.ToString() != "batch" && body["renewable"]?.GetValue<bool>() != false,
            IsBatch = body["type"]?.ToString() == "batch",
            Orphan = orphan,
            Parent = orphan ? null : parent,
            Path = $"auth/token/{path}",
            DisplayName = body["display_name"] is { } name ? $"token-{name}" : "token",
            Metadata = body["meta"] is JsonObject meta ? meta.ToDictionary(static pair => pair.Key, static pair => pair.Value!.ToString()) : null,
        });
        token.Uses = body["num_uses"]?.GetValue<int>() ?? 0;
        return FakeVaultAnswer.Ok(null, Grant(token, token.Ttl));
    }

    private FakeVaultAnswer Renew(FakeVaultRequest request, FakeToken token, bool showToken)
    {
        if (token.IsBatch)
        {
            return FakeVaultAnswer.Error(400, "batch tokens cannot be renewed");
        }

        if (!token.Renewable || token.Ttl is null)
        {
            return FakeVaultAnswer.Error(400, "lease is not renewable");
        }

        if (token.Certificate is not null && request.ClientCertificate?.Thumbprint != token.Certificate)
        {
            return FakeVaultAnswer.Error(400, request.ClientCertificate is not null
                ? "client identity during renewal not matching client identity used during login"
                : FakeCertAuth.NoCertificate(dialect));
        }

        var now = clock.GetUtcNow();
        var asked = token.Period ?? FakeDuration.Read(request.Json()?["increment"]) ?? token.Increment ?? token.Ttl.Value;

        // What is asked for once is what is meant from then on.
        token.Increment = asked;
        string[]? warnings = null;
        if ((token.ExplicitMaxTtl ?? token.MaxTtl) is { } max)
        {
            var left = TimeSpan.FromSeconds(Math.Ceiling((token.Issued + max - now).TotalSeconds));
            if (asked > left)
            {
                warnings = [$"TTL of \"{FakeDuration.Short(asked)}\" exceeded the effective max_ttl of \"{FakeDuration.Short(left)}\"; TTL value is capped accordingly"];
                asked = left;
            }
        }

        token.Expires = now + asked;
        token.Renewed = now;
        token.Renewals++;
        return FakeVaultAnswer.Ok(null, Grant(token, asked, showToken), warnings);
    }

    private JsonObject Describe(FakeToken token, string id)
    {
        var now = clock.GetUtcNow();
        var data = new JsonObject
        {
            ["accessor"] = token.IsBatch ? string.Empty : token.Accessor,
            ["creation_time"] = FakeDuration.Unix(token.Issued),
            ["creation_ttl"] = (long)(token.Ttl?.TotalSeconds ?? 0),
            ["display_name"] = token.DisplayName,
            ["entity_id"] = token.EntityId,
            ["expire_time"] = token.Expires is { } end ? FakeDuration.Time(end) : null,
            ["explicit_max_ttl"] = (long)(token.ExplicitMaxTtl?.TotalSeconds ?? 0),
            ["id"] = id,
            ["issue_time"] = FakeDuration.Time(token.Issued),
        };
        if (token.Renewed is { } renewed)
        {
            data["last_renewal"] = FakeDuration.Time(renewed);
            data["last_renewal_time"] = FakeDuration.Unix(renewed);
        }

        data["meta"] = token.Metadata is null ? null : new JsonObject(token.Metadata.Select(static pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
        if (token.Namespace.Length > 0)
        {
            data["namespace_path"] = token.Namespace;
        }

        data["num_uses"] = token.Uses;
        data["orphan"] = token.Orphan;
        data["path"] = token.Path;
        if (token.Period is { } period)
        {
            data["period"] = (long)period.TotalSeconds;
        }

        data["policies"] = Strings(token.Policies);
        data["renewable"] = token.Renewable && token.Ttl is not null;
        data["ttl"] = (long)((token.Expires - now)?.TotalSeconds ?? 0);
        data["type"] = token.IsBatch ? "batch" : "service";
        return data;
    }

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(static value => (JsonNode)value)]);

    private static string[] WithDefault(string[] policies) => policies.Contains("root") ? policies : [.. policies.Append("default").Distinct().Order(StringComparer.Ordinal)];

    private static string Suffix(FakeNamespace scope) => scope.Path.Length == 0 ? string.Empty : $".{scope.Id}";

    private static string NewId(FakeNamespace scope) => $"s.{Guid.NewGuid():N}{Suffix(scope)}";
}
