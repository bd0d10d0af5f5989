using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>Answers lists: whole, or page by page, each page from the version of the first one.</summary>
internal static class FakeLists
{
    public static JsonObject? Answer(FakeQuery query, FakeStore store, out FakeStatus? refusal)
    {
        refusal = null;
        var (version, objects) = query.Continue is null
            ? store.Read(query.Resource, query.Namespace)
            : store.FindPage(query.Continue) ?? default;
        if (objects.IsDefault)
        {
            var (present, all) = store.Read(query.Resource, query.Namespace);
            refusal = FakeStatus.Expired with { Continue = store.KeepPage(present, all) };
            return null;
        }

        ImmutableArray<FakeObject> selected = [.. objects.Where(query.Selector.Matches)];
        var page = query.Limit > 0 && query.Limit < selected.Length ? selected[..query.Limit] : selected;
        var metadata = new JsonObject { ["resourceVersion"] = $"{version}" };
        if (page.Length < selected.Length)
        {
            metadata["continue"] = store.KeepPage(version, selected[page.Length..]);
            metadata["remainingItemCount"] = selected.Length - page.Length;
        }

        return new JsonObject
        {
            ["kind"] = query.MetadataOnly ? "PartialObjectMetadataList" : $"{query.Resource.Kind}List",
            ["apiVersion"] = query.MetadataOnly ? "meta.k8s.io/v1" : query.Resource.ApiVersion,
            ["metadata"] = metadata,
            ["items"] = new JsonArray([.. page.Select(found => found.ToJson(withKind: false, query.MetadataOnly))]),
        };
    }
}
