using System.Text;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;

namespace SecretProviders.Kubernetes.Tests.Material;

/// <summary>Objects as the API writes them.</summary>
internal static class Objects
{
    /// <summary>Decodes JSON as an object of a sort.</summary>
    public static KubernetesObject Decode(ApiResource resource, string json)
    {
        var item = RawObject.Read(Encoding.UTF8.GetBytes(json));
        return ObjectDecoder.Decode(resource, item, ObjectMetadata.Read(item));
    }

    /// <summary>A Secret of the namespace <c>edge</c>.</summary>
    public static KubernetesObject Secret(string name, string type, params IEnumerable<(string Name, byte[] Value)> fields) => Secret(name, "7", type, fields);

    public static KubernetesObject Secret(string name, string version, string type, params IEnumerable<(string Name, byte[] Value)> fields) => new(new ObjectMetadata("edge", name, $"uid-{name}", version, false))
    {
        Type = type,
        Fields = [.. fields.Select(static field => KeyValuePair.Create(field.Name, SensitiveBytes.Copy(field.Value)))],
    };

    /// <summary>A ConfigMap, or a bundle when it lies in no namespace.</summary>
    public static KubernetesObject Trust(string place, string name, params IEnumerable<(string Name, byte[] Value)> fields) => new(new ObjectMetadata(place, name, $"uid-{name}", "7", false))
    {
        Fields = [.. fields.Select(static field => KeyValuePair.Create(field.Name, SensitiveBytes.Copy(field.Value)))],
    };

    /// <summary>The values of an object's fields as text.</summary>
    public static Dictionary<string, string> Texts(this KubernetesObject item) =>
        item.Fields.ToDictionary(static field => field.Key, static field => Encoding.UTF8.GetString(field.Value.GetSpan()));
}
