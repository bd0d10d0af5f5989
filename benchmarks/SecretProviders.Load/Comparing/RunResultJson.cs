using System.Text.Json.Serialization;

namespace SecretProviders.Load.Comparing;

[JsonSerializable(typeof(RunResult))]
internal sealed partial class RunResultJson : JsonSerializerContext;
