using System.Text.Json.Serialization;

namespace SecretProviders.Kubernetes.Configuration.Exec;

/// <summary>What a plugin is told.</summary>
internal sealed record ExecSpec
{
    [JsonPropertyName("interactive")]
    public bool Interactive { get; init; }

    [JsonPropertyName("cluster")]
    public ExecCluster? Cluster { get; init; }
}
