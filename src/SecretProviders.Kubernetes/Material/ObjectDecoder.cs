using System.Collections.Immutable;
using System.Text.Json;
using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Material;

/// <summary>Takes from an object in the buffer what is worth keeping. What it cannot take harms this object only. Pure.</summary>
internal static class ObjectDecoder
{
    /// <summary>Decodes an object.</summary>
    /// <param name="resource">Its sort.</param>
    /// <param name="item">The object in the buffer.</param>
    /// <param name="metadata">Its metadata, read already.</param>
    public static KubernetesObject Decode(ApiResource resource, RawObject item, ObjectMetadata metadata)
    {
        try
        {
            return resource == ApiResource.ReferenceGrants
                ? new KubernetesObject(metadata) { Grant = GrantReader.Read(item.Spec) }
                : new KubernetesObject(metadata)
                {
                    Type = ReadType(item.Type),
                    IsImmutable = item.IsImmutable,
                    Fields = ReadFields(resource, item),
                };
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            return new KubernetesObject(metadata)
            {
                Problem = new SecretProblem(
                    SecretProblemCode.Malformed,
                    $"{resource.Kind} '{(metadata.Namespace.Length == 0 ? "" : metadata.Namespace + "/")}{metadata.Name}': {(exception is FormatException ? exception.Message : "it is not what the API's conventions say")}; write it again."),
            };
        }
    }

    private static string ReadType(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            return "";
        }

        var reader = new Utf8JsonReader(json);
        reader.Read();
        return reader.GetString() ?? "";
    }

    private static ImmutableArray<KeyValuePair<string, SensitiveBytes>> ReadFields(ApiResource resource, RawObject item)
    {
        var fields = ImmutableArray.CreateBuilder<KeyValuePair<string, SensitiveBytes>>();
        if (resource == ApiResource.Secrets)
        {
            FieldReader.ReadBase64(item.Data, fields);
        }
        else if (resource == ApiResource.ConfigMaps)
        {
            FieldReader.ReadText(item.Data, fields);
            FieldReader.ReadBase64(item.BinaryData, fields);
        }
        else
        {
            FieldReader.ReadTrustBundle(item.Spec, fields);
        }

        return fields.Select(static field => field.Key).Distinct(StringComparer.Ordinal).Count() == fields.Count && fields.All(static field => field.Key.Length > 0)
            ? fields.ToImmutable()
            : throw new FormatException("two fields have one name, or one has none");
    }
}
