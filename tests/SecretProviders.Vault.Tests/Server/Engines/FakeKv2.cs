using System.Globalization;
using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server.Auth;

namespace SecretProviders.Vault.Tests.Server.Engines;

/// <summary>The KV engine, version 2.</summary>
internal sealed class FakeKv2(FakeVaultDialect dialect, TimeProvider clock) : IFakeBackend
{
    private const string Wrongly = "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. ";

    private readonly SortedDictionary<string, Entry> _secrets = new(StringComparer.Ordinal);
    private readonly JsonObject _config = dialect == FakeVaultDialect.Vault18
        ? new() { ["cas_required"] = false, ["delete_version_after"] = "0s", ["max_versions"] = 0 }
        : new() { ["cas_required"] = false, ["delete_version_after"] = "0s", ["max_versions"] = 0, ["metadata_cas_required"] = false };

    public FakeVaultAnswer Handle(FakeVaultRequest request, string path, FakeToken? token)
    {
        var (area, name) = path.Split('/', 2) is [var first, var rest] ? (first, rest) : (path, string.Empty);
        return area switch
        {
            "config" when name.Length == 0 => Config(request),
            "data" when name.EndsWith('/') => FakeVaultAnswer.Error(500, "1 error occurred:\n\t* could not find version data\n\n"),
            "data" when request.IsWrite => Write(request, name),
            "data" when request.Method == "DELETE" => Delete(name, null),
            "data" => Read(request, name),
            "metadata" when request.IsList => List(_secrets.Keys, name),
            "metadata" => Metadata(request, name),
            "delete" when request.IsWrite => Delete(name, Versions(request)),
            "undelete" when request.IsWrite => Undelete(name, Versions(request)),
            "destroy" when request.IsWrite => Each(name, Versions(request), static version => version.Destroyed = true),
            _ => FakeVaultAnswer.Ok(null, warnings: [Wrong(request.IsWrite ? "put" : "get")], status: 404),
        };
    }

    public static FakeVaultAnswer List(IEnumerable<string> names, string folder)
    {
        var prefix = folder.Length == 0 || folder.EndsWith('/') ? folder : folder + "/";
        var keys = names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name[prefix.Length..])
            .Select(static name => name.Contains('/', StringComparison.Ordinal) ? name[..(name.IndexOf('/', StringComparison.Ordinal) + 1)] : name)
            .Distinct().Select(static name => (JsonNode)name).ToArray();
        return keys.Length == 0 ? FakeVaultAnswer.NotFound() : FakeVaultAnswer.Ok(new JsonObject { ["keys"] = new JsonArray(keys) });
    }

    private string Wrong(string command) => dialect == FakeVaultDialect.Vault18
        ? $"{Wrongly}If using the Vault CLI, use 'vault kv {command}' for this operation."
        : $"{Wrongly}If using the OpenBao CLI, use 'bao kv {command}' for this operation.";

    private FakeVaultAnswer Config(FakeVaultRequest request)
    {
        if (!request.IsWrite)
        {
            return FakeVaultAnswer.Ok(_config.DeepClone());
        }

        foreach (var (field, value) in request.Json()!)
        {
            _config[field] = value?.DeepClone();
        }

        return FakeVaultAnswer.NoContent();
    }

    private FakeVaultAnswer Write(FakeVaultRequest request, string name)
    {
        if (request.Json() is not { } body || body["data"] is not JsonObject data)
        {
            return FakeVaultAnswer.Error(400, "no data provided");
        }

        _secrets.TryGetValue(name, out var entry);
        var cas = body["options"]?["cas"]?.GetValue<int>();
        if (cas is null && (_config["cas_required"]!.GetValue<bool>() || entry is { CasRequired: true }))
        {
            return FakeVaultAnswer.Error(400, "check-and-set parameter required for this call");
        }

        if (cas is not null && cas != (entry?.Current ?? 0))
        {
            return FakeVaultAnswer.Error(400, "check-and-set parameter did not match the current version");
        }

        if (entry is null)
        {
            _secrets[name] = entry = new Entry { Created = clock.GetUtcNow() };
        }

        var version = new Version { Data = data.DeepClone(), Created = clock.GetUtcNow() };
        version.DeletedAt = entry.DeleteAfter > TimeSpan.Zero ? version.Created + entry.DeleteAfter : null;
        entry.Versions[++entry.Current] = version;
        entry.Updated = version.Created;
        return FakeVaultAnswer.Ok(Describe(entry.Current, version));
    }

    private FakeVaultAnswer Read(FakeVaultRequest request, string name)
    {
        var asked = request.Query.GetValueOrDefault("version");
        if (asked is not null && !int.TryParse(asked, CultureInfo.InvariantCulture, out _))
        {
            return dialect == FakeVaultDialect.Vault18
                ? FakeVaultAnswer.Error(500, $"1 error occurred:\n\t* error converting input {asked} for field \"version\": cannot parse '' as int: strconv.ParseInt: parsing \"{asked}\": invalid syntax\n\n")
                : FakeVaultAnswer.Error(400, "Field validation failed: error converting input for field \"version\": '' cannot parse value as 'int': strconv.ParseInt: invalid syntax");
        }

        var number = int.Parse(asked ?? "0", CultureInfo.InvariantCulture);
        if (!_secrets.TryGetValue(name, out var entry) || !entry.Versions.TryGetValue(number == 0 ? entry.Current : number, out var version))
        {
            return FakeVaultAnswer.NotFound();
        }

        var gone = version.Destroyed || version.DeletedAt <= clock.GetUtcNow();
        var answer = new JsonObject
        {
            ["data"] = gone ? null : version.Data.DeepClone(),
            ["metadata"] = Describe(number == 0 ? entry.Current : number, version),
        };
        return FakeVaultAnswer.Ok(answer, status: gone ? 404 : 200);
    }

    private JsonObject Describe(int number, Version version)
    {
        var metadata = new JsonObject { ["created_time"] = FakeDuration.Time(version.Created) };
        if (dialect == FakeVaultDialect.OpenBao26)
        {
            metadata["custom_metadata"] = null;
        }

        metadata["deletion_time"] = version.DeletedAt is { } at ? FakeDuration.Time(at) : string.Empty;
        metadata["destroyed"] = version.Destroyed;
        metadata["version"] = number;
        return metadata;
    }

    private FakeVaultAnswer Metadata(FakeVaultRequest request, string name)
    {
        _secrets.TryGetValue(name, out var entry);
        if (request.Method == "DELETE")
        {
            _secrets.Remove(name);
            return FakeVaultAnswer.NoContent();
        }

        if (request.IsWrite)
        {
            entry ??= _secrets[name] = new Entry { Created = clock.GetUtcNow(), Updated = clock.GetUtcNow() };
            var body = request.Json()!;
            entry.MaxVersions = body["max_versions"]?.GetValue<int>() ?? entry.MaxVersions;
            entry.CasRequired = body["cas_required"]?.GetValue<bool>() ?? entry.CasRequired;
            entry.DeleteAfter = FakeDuration.Read(body["delete_version_after"]) ?? entry.DeleteAfter;
            entry.MetadataVersion++;
            return FakeVaultAnswer.NoContent();
        }

        return entry is null ? FakeVaultAnswer.NotFound() : FakeVaultAnswer.Ok(Describe(entry));
    }

    private JsonObject Describe(Entry entry)
    {
        var metadata = new JsonObject { ["cas_required"] = entry.CasRequired, ["created_time"] = FakeDuration.Time(entry.Created) };
        if (dialect == FakeVaultDialect.OpenBao26)
        {
            metadata["current_metadata_version"] = entry.MetadataVersion;
            metadata["custom_metadata"] = null;
            metadata["metadata_cas_required"] = false;
        }

        metadata["current_version"] = entry.Current;
        metadata["delete_version_after"] = FakeDuration.Go(entry.DeleteAfter);
        metadata["max_versions"] = entry.MaxVersions;
        metadata["oldest_version"] = 0;
        metadata["updated_time"] = FakeDuration.Time(entry.Updated);
        metadata["versions"] = new JsonObject(entry.Versions.Select(static pair => KeyValuePair.Create<string, JsonNode?>(
            pair.Key.ToString(CultureInfo.InvariantCulture),
            new JsonObject
            {
                ["created_time"] = FakeDuration.Time(pair.Value.Created),
                ["deletion_time"] = pair.Value.DeletedAt is { } at ? FakeDuration.Time(at) : string.Empty,
                ["destroyed"] = pair.Value.Destroyed,
            })));
        return metadata;
    }

    private FakeVaultAnswer Delete(string name, int[]? versions)
    {
        if (_secrets.TryGetValue(name, out var entry))
        {
            Each(name, versions ?? [entry.Current], version => version.DeletedAt = clock.GetUtcNow());
        }

        return FakeVaultAnswer.NoContent();
    }

    // A version that has an end of its own gets it anew.
    private FakeVaultAnswer Undelete(string name, int[] versions)
    {
        var end = _secrets.TryGetValue(name, out var entry) && entry.DeleteAfter > TimeSpan.Zero ? clock.GetUtcNow() + entry.DeleteAfter : (DateTimeOffset?)null;
        return Each(name, versions, version => version.DeletedAt = end);
    }

    private FakeVaultAnswer Each(string name, int[] versions, Action<Version> change)
    {
        if (_secrets.TryGetValue(name, out var entry))
        {
            foreach (var number in versions)
            {
                if (entry.Versions.TryGetValue(number, out var version))
                {
                    change(version);
                }
            }
        }

        return FakeVaultAnswer.NoContent();
    }

    private static int[] Versions(FakeVaultRequest request) => [.. request.Json()!["versions"]!.AsArray().Select(static number => int.Parse(number!.ToString(), CultureInfo.InvariantCulture))];

    private sealed class Entry
    {
        public SortedDictionary<int, Version> Versions { get; } = [];

        public int Current { get; set; }

        public int MaxVersions { get; set; }

        public int MetadataVersion { get; set; }

        public bool CasRequired { get; set; }

        public TimeSpan DeleteAfter { get; set; }

        public required DateTimeOffset Created { get; init; }

        public DateTimeOffset Updated { get; set; }
    }

    private sealed class Version
    {
        public required JsonNode Data { get; init; }

        public required DateTimeOffset Created { get; init; }

        public DateTimeOffset? DeletedAt { get; set; }

        public bool Destroyed { get; set; }
    }
}
