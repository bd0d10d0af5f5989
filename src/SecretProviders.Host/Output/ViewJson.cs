using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SecretProviders.Host.Output;

/// <summary>The JSON of commands and of the admin listener, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SecretView))]
[JsonSerializable(typeof(ExplanationView))]
internal sealed partial class ViewJson : JsonSerializerContext
{
    /// <summary>Gets the context that writes for people and programs, not for web pages: quotes and letters stay as they are.</summary>
    // Not an initializer: the order of those in two files of one class, here and generated, is undefined.
    public static ViewJson Readable =>
        field ??= new ViewJson(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
