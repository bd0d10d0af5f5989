using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server.Auth;
using SecretProviders.Vault.Tests.Server.Engines.Leases;

namespace SecretProviders.Vault.Tests.Server.Engines;

/// <summary>The database engine without its databases: makes users, and forgets those that are taken back.</summary>
internal sealed class FakeDatabase(FakeVaultDialect dialect, FakeLeases leases, TimeProvider clock) : IFakeBackend
{
    private readonly Dictionary<string, (TimeSpan Ttl, TimeSpan? MaxTtl)> _roles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string User, TimeSpan Period)> _staticRoles = new(StringComparer.Ordinal);

    /// <summary>Gets the users that were ever made, in order.</summary>
    public List<string> Created { get; } = [];

    /// <summary>Gets the users that were taken back before their end.</summary>
    public HashSet<string> Revoked { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets a value indicating whether leases can be renewed.</summary>
    public bool Renewable { get; set; } = true;

    public FakeVaultAnswer Handle(FakeVaultRequest request, string path, FakeToken? token) => (path.Split('/'), request.IsWrite) switch
    {
        (["config", _], true) => dialect == FakeVaultDialect.Vault18 ? FakeVaultAnswer.Ok(null) : FakeVaultAnswer.NoContent(),
        (["roles", var name], true) => CreateRole(name, request.Json()!),
        (["static-roles", var name], true) => CreateStaticRole(name, request.Json()!),
        (["creds" or "token", var name], false) when request.Method == "GET" => Issue(request.Path, name, token!),
        (["static-creds", var name], false) when request.Method == "GET" => Show(name),
        _ => FakeVaultAnswer.Unsupported(),
    };

    private FakeVaultAnswer CreateRole(string name, JsonObject body)
    {
        _roles[name] = (FakeDuration.Read(body["default_ttl"]) ?? TimeSpan.FromHours(1), FakeDuration.Read(body["max_ttl"]));
        return FakeVaultAnswer.NoContent();
    }

    private FakeVaultAnswer CreateStaticRole(string name, JsonObject body)
    {
        var user = body["username"]!.ToString();
        if (user == "nobody_here")
        {
            return FakeVaultAnswer.Error(500, dialect == FakeVaultDialect.Vault18
                ? "1 error occurred:\n\t* error setting credentials: 1 error occurred:\n\t* failed to e[password]ecute query: pq: role \"nobody_here\" does not e[password]ist\n\n\n\n"
                : "1 error occurred:\n\t* error setting credentials: 1 error occurred:\n\t* failed to e[password]ecute query: ERROR: role \"nobody_here\" does not e[password]ist (SQLSTATE 42704)\n\n\n\n");
        }

        _staticRoles[name] = (user, FakeDuration.Read(body["rotation_period"])!.Value);
        return FakeVaultAnswer.NoContent();
    }

    private FakeVaultAnswer Issue(string path, string name, FakeToken token)
    {
        if (!_roles.TryGetValue(name, out var role))
        {
            return FakeVaultAnswer.Error(400, $"unknown role: {name}");
        }

        var user = $"v-token-{name}-{Guid.NewGuid().ToString("N")[..20]}-{FakeDuration.Unix(clock.GetUtcNow())}";
        Created.Add(user);
        var answer = FakeVaultAnswer.Ok(new JsonObject { ["password"] = $"A1a-{Guid.NewGuid():N}", ["username"] = user });
        return leases.Grant(answer, path, token, role.Ttl, role.MaxTtl, Renewable, () => Revoked.Add(user));
    }

    // Not among the recordings: the fields are those of the API's documentation.
    private FakeVaultAnswer Show(string name)
    {
        if (!_staticRoles.TryGetValue(name, out var role))
        {
            return FakeVaultAnswer.Error(400, $"unknown role: {name}");
        }

        var now = FakeDuration.Unix(clock.GetUtcNow());
        var period = (long)role.Period.TotalSeconds;
        return FakeVaultAnswer.Ok(new JsonObject
        {
            ["last_vault_rotation"] = FakeDuration.Time(DateTimeOffset.FromUnixTimeSeconds(now - (now % period))),
            ["password"] = $"static-{now / period}",
            ["rotation_period"] = period,
            ["ttl"] = period - (now % period),
            ["username"] = role.User,
        });
    }
}
