using Microsoft.AspNetCore.Http;

namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>What a request asks for.</summary>
/// <param name="Resource">The kind.</param>
/// <param name="Namespace">The namespace, or null for all of them.</param>
/// <param name="Name">The name of the one object that is asked for, by path or by field selector, or null.</param>
/// <param name="Verb">As rules of access call it: get, list or watch.</param>
/// <param name="Parameters">The query.</param>
/// <param name="MetadataOnly">Whether the Accept header asks for metadata.</param>
internal sealed record FakeQuery(FakeResource Resource, string? Namespace, string? Name, string Verb, IQueryCollection Parameters, bool MetadataOnly)
{
    public bool IsWatch => Verb == "watch";

    public bool IsList => Verb == "list";

    public string? ResourceVersion => Parameters["resourceVersion"] is [{ Length: > 0 } version] ? version : null;

    public string? ResourceVersionMatch => Parameters["resourceVersionMatch"];

    public bool SendsInitialEvents => Parameters["sendInitialEvents"] == "true";

    public bool TakesBookmarks => Parameters["allowWatchBookmarks"] is ["true" or "1"];

    public int Limit => int.TryParse(Parameters["limit"], out var limit) ? limit : 0;

    public string? Continue => Parameters["continue"] is [{ Length: > 0 } token] ? token : null;

    public FakeSelector Selector => new(Resource, Parameters["labelSelector"], Parameters["fieldSelector"]);

    /// <summary>Reads a request, or returns null when its path leads to nothing that is served.</summary>
    /// <param name="request">The request.</param>
    /// <param name="served">What is served.</param>
    public static FakeQuery? Read(HttpRequest request, IEnumerable<FakeResource> served)
    {
        foreach (var resource in served)
        {
            if (request.Path.StartsWithSegments(resource.Path, StringComparison.Ordinal, out var rest)
                && Split(resource, rest.Value!.Trim('/').Split('/')) is { } place)
            {
                return Read(request, resource, place.Namespace, place.Name);
            }
        }

        return null;
    }

    private static FakeQuery Read(HttpRequest request, FakeResource resource, string? ns, string? name)
    {
        var watch = request.Query["watch"] is ["true" or "1"];
        var selected = new FakeSelector(resource, labels: null, request.Query["fieldSelector"]).Name;
        var metadataOnly = request.Headers.Accept.ToString().Contains("as=PartialObjectMetadata", StringComparison.Ordinal);
        return new FakeQuery(resource, ns, name ?? selected, name is not null ? "get" : watch ? "watch" : "list", request.Query, metadataOnly);
    }

    private static (string? Namespace, string? Name)? Split(FakeResource resource, string[] parts) => parts switch
    {
        ["namespaces", var ns, var plural] when plural == resource.Plural && resource.IsNamespaced => (ns, null),
        ["namespaces", var ns, var plural, var name] when plural == resource.Plural && resource.IsNamespaced => (ns, name),
        [var plural] when plural == resource.Plural => (null, null),
        [var plural, var name] when plural == resource.Plural && !resource.IsNamespaced => (string.Empty, name),
        _ => null,
    };
}
