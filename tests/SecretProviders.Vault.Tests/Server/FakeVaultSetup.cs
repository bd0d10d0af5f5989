using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server.Engines;
using SecretProviders.Vault.Tests.Server.Engines.Pki;

namespace SecretProviders.Vault.Tests.Server;

/// <summary>Engines as an operator sets them up, through the API of the fake.</summary>
internal static class FakeVaultSetup
{
    /// <summary>Mounts a PKI engine with an authority, and a role <c>web</c> that issues for anybody.</summary>
    /// <param name="vault">The server.</param>
    /// <param name="mount">The mount.</param>
    /// <param name="intermediate">Whether the authority is below a root that lies elsewhere.</param>
    /// <param name="ttl">How long its certificates live.</param>
    public static FakePki AddPki(this FakeVault vault, string mount, bool intermediate = false, string ttl = "1h")
    {
        vault.Write($"sys/mounts/{mount}", new JsonObject { ["type"] = "pki" });
        if (intermediate)
        {
            vault.AddPki($"{mount}-root");
            var csr = vault.Write($"{mount}/intermediate/generate/internal", new JsonObject { ["common_name"] = "Fake intermediate" });
            var signed = vault.Write($"{mount}-root/root/sign-intermediate", new JsonObject { ["csr"] = csr["csr"]!.ToString(), ["common_name"] = "Fake intermediate", ["ttl"] = "8760h" });
            vault.Write($"{mount}/intermediate/set-signed", new JsonObject { ["certificate"] = $"{signed["certificate"]}\n{signed["issuing_ca"]}" });
        }
        else
        {
            vault.Write($"{mount}/root/generate/internal", new JsonObject { ["common_name"] = "Fake root", ["ttl"] = "87600h" });
        }

        vault.AddRole(mount, "web", new JsonObject { ["allow_any_name"] = true, ["ttl"] = ttl });
        return vault.Engine<FakePki>(mount);
    }

    /// <summary>Writes a role of a PKI engine, with elliptic curve keys.</summary>
    public static void AddRole(this FakeVault vault, string mount, string name, JsonObject role)
    {
        role["key_type"] = "ec";
        role["key_bits"] = 256;
        vault.Write($"{mount}/roles/{name}", role);
    }

    /// <summary>Mounts a database engine with a role <c>app</c>.</summary>
    public static FakeDatabase AddDatabase(this FakeVault vault, string ttl = "1h", string? maxTtl = null)
    {
        vault.Write("sys/mounts/database", new JsonObject { ["type"] = "database" });
        var role = new JsonObject { ["db_name"] = "pg", ["default_ttl"] = ttl };
        if (maxTtl is not null)
        {
            role["max_ttl"] = maxTtl;
        }

        vault.Write("database/roles/app", role);
        return vault.Engine<FakeDatabase>("database");
    }

    /// <summary>Writes as the root token does and returns the data of the answer.</summary>
    public static JsonObject Write(this FakeVault vault, string path, JsonObject body)
    {
        var answer = vault.AsRoot("POST", path, body);
        return answer.Status < 300 ? answer.Body?["data"] as JsonObject ?? [] : throw new InvalidOperationException($"POST {path}: {answer.Status} {answer.Body}");
    }
}
