using System.Text.Json.Serialization;

namespace SecretProviders.Kubernetes.Configuration.Exec;

/// <summary>The generated reading and writing of ExecCredential objects.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExecMessage))]
internal sealed partial class ExecJson : JsonSerializerContext;
