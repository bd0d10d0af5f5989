using System.Text.Json.Nodes;

namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>One version of an object; nobody changes its body.</summary>
/// <param name="Resource">Its kind.</param>
/// <param name="Namespace">Its namespace; empty when it has none.</param>
/// <param name="Name">Its name.</param>
/// <param name="ResourceVersion">The version of the store that made it so.</param>
/// <param name="Body">All but kind, API version and resource version.</param>
internal sealed record FakeObject(FakeResource Resource, string Namespace, string Name, long ResourceVersion, JsonObject Body)
{
    public string? Label(string name) => (string?)Body["metadata"]?["labels"]?[name];

    /// <summary>Gets what a field selector may compare, or null when it may not.</summary>
    /// <param name="path">Where it is, with dots.</param>
    public string? Field(string path) => path switch
    {
        "metadata.name" => Name,
        "metadata.namespace" => Namespace,
        _ when path == Resource.SelectableField => (string?)path.Split('.').Aggregate((JsonNode?)Body, static (node, part) => node?[part]) ?? string.Empty,
        _ => null,
    };

    /// <summary>Writes the object as the server does.</summary>
    /// <param name="withKind">Whether kind and API version come first, as outside of lists.</param>
    /// <param name="metadataOnly">Whether only the metadata was asked for.</param>
    public JsonObject ToJson(bool withKind, bool metadataOnly)
    {
        var json = new JsonObject();
        if (metadataOnly)
        {
            json["kind"] = "PartialObjectMetadata";
            json["apiVersion"] = "meta.k8s.io/v1";
        }
        else if (withKind || Resource.IsCustom)
        {
            json["kind"] = Resource.Kind;
            json["apiVersion"] = Resource.ApiVersion;
        }

        var metadata = (JsonObject)Body["metadata"]!.DeepClone();
        metadata["resourceVersion"] = $"{ResourceVersion}";
        json["metadata"] = metadata;
        foreach (var (name, value) in metadataOnly ? [] : Body.Where(static part => part.Key != "metadata"))
        {
            json[name] = value?.DeepClone();
        }

        return json;
    }
}
