using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server.Auth;

namespace SecretProviders.Vault.Tests.Server.Engines;

/// <summary>The KV engine, version 1.</summary>
internal sealed class FakeKv1 : IFakeBackend
{
    private const int DefaultLease = 2764800;
    private readonly SortedDictionary<string, JsonObject> _secrets = new(StringComparer.Ordinal);

    public FakeVaultAnswer Handle(FakeVaultRequest request, string path, FakeToken? token)
    {
        if (request.IsList)
        {
            return FakeKv2.List(_secrets.Keys, path);
        }

        if (request.IsWrite)
        {
            if (request.Json() is not { Count: > 0 } fields)
            {
                return FakeVaultAnswer.Error(400, "missing data fields");
            }

            _secrets[path] = fields;
            return FakeVaultAnswer.NoContent();
        }

        if (request.Method == "DELETE")
        {
            _secrets.Remove(path);
            return FakeVaultAnswer.NoContent();
        }

        return _secrets.TryGetValue(path, out var found)
            ? FakeVaultAnswer.Ok(found.DeepClone(), leaseDuration: (int)((found["ttl"] is { } ttl ? FakeDuration.Read(ttl) : null)?.TotalSeconds ?? DefaultLease))
            : FakeVaultAnswer.NotFound();
    }
}
