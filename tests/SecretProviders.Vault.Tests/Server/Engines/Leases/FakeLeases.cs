using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server.Auth;

namespace SecretProviders.Vault.Tests.Server.Engines.Leases;

/// <summary>The leases of the fake, and the part of the system backend that renews and revokes them.</summary>
internal sealed class FakeLeases(FakeVaultDialect dialect, FakeTokens tokens, TimeProvider clock)
{
    private readonly SortedDictionary<string, FakeLease> _leases = new(StringComparer.Ordinal);

    /// <summary>Gets every lease that lives.</summary>
    public IReadOnlyCollection<FakeLease> Alive => [.. _leases.Values.Where(lease => Find(lease.Id) is not null)];

    /// <summary>Gives an answer a lease.</summary>
    public FakeVaultAnswer Grant(FakeVaultAnswer answer, string path, FakeToken token, TimeSpan ttl, TimeSpan? maxTtl, bool renewable, Action? revoked = null)
    {
        var lease = new FakeLease
        {
            Id = $"{path}/{Guid.NewGuid().ToString("N")[..24]}",
            Token = token,
            Issued = clock.GetUtcNow(),
            Ttl = ttl,
            MaxTtl = maxTtl,
            Renewable = renewable,
            Expires = clock.GetUtcNow() + ttl,
            Revoked = revoked,
        };
        _leases[lease.Id] = lease;
        return Describe(answer, lease, ttl);
    }

    public FakeVaultAnswer Handle(FakeVaultRequest request, string[] path) => (path, request.IsWrite) switch
    {
        (["lookup", .. var prefix], false) when request.IsList => FakeKv2.List(Alive.Select(static lease => lease.Id), string.Join('/', prefix).TrimEnd('/')),
        (["lookup"], true) => Find(request.Text("lease_id")) is { } found ? FakeVaultAnswer.Ok(Look(found)) : FakeVaultAnswer.Error(400, "invalid lease"),
        (["renew", .. var id], true) => Renew(request, id.Length > 0 ? string.Join('/', id) : request.Text("lease_id")),
        (["revoke", .. var id], true) => Revoke(id.Length > 0 ? string.Join('/', id) : request.Text("lease_id")),
        (["revoke-prefix", .. var prefix], true) => RevokeAll(string.Join('/', prefix)),
        _ => FakeVaultAnswer.Unsupported(),
    };

    /// <summary>Finds a lease that lives: a lease ends with its token, however long it was to live.</summary>
    public FakeLease? Find(string? id) =>
        id is not null && _leases.TryGetValue(id, out var lease) && clock.GetUtcNow() < lease.Expires && tokens.Find(lease.Token.Id) is not null ? lease : null;

    private FakeVaultAnswer Renew(FakeVaultRequest request, string? id)
    {
        if (id is null)
        {
            return FakeVaultAnswer.Error(400, "lease_id must be specified");
        }

        if (Find(id) is not { } lease)
        {
            return FakeVaultAnswer.Error(400, "lease not found");
        }

        if (!lease.Renewable)
        {
            return FakeVaultAnswer.Error(400, "lease is not renewable");
        }

        var now = clock.GetUtcNow();
        var asked = FakeDuration.Read(request.Json()?["increment"]) ?? lease.Ttl;
        string[]? warnings = null;
        if (lease.MaxTtl is { } max)
        {
            var left = lease.Issued + max - now;
            if (left <= TimeSpan.Zero || (dialect == FakeVaultDialect.Vault18 && left <= TimeSpan.FromSeconds(1)))
            {
                return FakeVaultAnswer.Error(400, "failed to renew entry: resp: (*logical.Response)(nil) err: past the max TTL, cannot renew");
            }

            left = TimeSpan.FromSeconds(Math.Ceiling(left.TotalSeconds));
            if (asked > left)
            {
                warnings = [$"TTL of \"{FakeDuration.Short(asked)}\" exceeded the effective max_ttl of \"{FakeDuration.Short(left)}\"; TTL value is capped accordingly"];
                asked = left;
            }
        }

        lease.Expires = now + asked;
        lease.Renewed = now;
        lease.Renewals++;
        return Describe(FakeVaultAnswer.Ok(null, warnings: warnings), lease, asked);
    }

    private FakeVaultAnswer Revoke(string? id)
    {
        if (id is null)
        {
            return FakeVaultAnswer.Error(400, "lease_id must be specified");
        }

        if (_leases.Remove(id, out var lease))
        {
            lease.Revoked?.Invoke();
        }

        return FakeVaultAnswer.NoContent();
    }

    private FakeVaultAnswer RevokeAll(string prefix)
    {
        foreach (var id in _leases.Keys.Where(id => id.StartsWith(prefix + "/", StringComparison.Ordinal)).ToArray())
        {
            Revoke(id);
        }

        return FakeVaultAnswer.NoContent();
    }

    private JsonObject Look(FakeLease lease)
    {
        var data = new JsonObject
        {
            ["expire_time"] = FakeDuration.Time(lease.Expires),
            ["id"] = lease.Id,
            ["issue_time"] = FakeDuration.Time(lease.Issued),
            ["last_renewal"] = lease.Renewed is { } renewed ? FakeDuration.Time(renewed) : null,
        };
        if (dialect == FakeVaultDialect.OpenBao26)
        {
            data["path"] = lease.Id[..lease.Id.LastIndexOf('/')];
        }

        data["renewable"] = lease.Renewable;
        data["ttl"] = (long)Math.Ceiling((lease.Expires - clock.GetUtcNow()).TotalSeconds);
        return data;
    }

    private static FakeVaultAnswer Describe(FakeVaultAnswer answer, FakeLease lease, TimeSpan ttl)
    {
        answer.Body!["lease_id"] = lease.Id;
        answer.Body["renewable"] = lease.Renewable;
        answer.Body["lease_duration"] = (long)ttl.TotalSeconds;
        return answer;
    }
}
