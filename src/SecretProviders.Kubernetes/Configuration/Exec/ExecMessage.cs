using System.Text.Json.Serialization;

namespace SecretProviders.Kubernetes.Configuration.Exec;

/// <summary>The ExecCredential object, which a plugin gets in a variable and gives back on its output.</summary>
internal sealed record ExecMessage
{
    [JsonPropertyName("apiVersion")]
    public string? ApiVersion { get; init; }

    [JsonPropertyName("kind")]
    public string? Kind { get; init; }

    [JsonPropertyName("spec")]
    public ExecSpec? Spec { get; init; }

    [JsonPropertyName("status")]
    public ExecStatus? Status { get; init; }
}
