using System.Text.Json.Serialization;
using SecretProviders.Kubernetes.Permissions;

namespace SecretProviders.Kubernetes.Client;

/// <summary>The generated reading and writing of the API's small objects.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiStatus))]
[JsonSerializable(typeof(AccessReview))]
internal sealed partial class ApiJson : JsonSerializerContext;
