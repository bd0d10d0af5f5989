using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.Server;

/// <summary>A wrapped answer that waits.</summary>
internal sealed record FakeWrapped(JsonObject Answer, string CreationPath, DateTimeOffset Created, TimeSpan Ttl);
