using System.Text.Json.Serialization;

namespace SecretProviders.Host.Output;

/// <summary>The JSON of commands and of the admin listener, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SecretView))]
[JsonSerializable(typeof(ExplanationView))]
internal sealed partial class ViewJson : JsonSerializerContext;
