using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.Server;

/// <summary>A namespace with its own mounts, login methods and policies; Vault without namespaces has the root only.</summary>
internal sealed class FakeNamespace(string path)
{
    /// <summary>The path, with a slash at its end; empty for the root.</summary>
    public string Path { get; } = path;

    public string Id { get; } = Guid.NewGuid().ToString("N")[..6];

    public JsonObject Metadata { get; set; } = [];

    public SortedDictionary<string, FakeMount> Mounts { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, FakeMount> AuthMounts { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, string> Policies { get; } = new(StringComparer.Ordinal) { ["default"] = FakePolicy.Default };
}
