using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>One open watch. Ends when the client leaves or a test says so; never by itself, since tests have no time.</summary>
internal sealed class FakeWatch(FakeQuery query, FakeStore store, HttpContext context) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version;

    public FakeQuery Query { get; } = query;

    /// <summary>Ends it well, between two events.</summary>
    public void End() => _end.TrySetResult();

    /// <summary>Breaks it off.</summary>
    public void Reset()
    {
        context.Abort();
        End();
    }

    /// <summary>Writes text into the stream as it is: half an event, or rubbish.</summary>
    public async Task SayAsync(string text)
    {
        await _writing.WaitAsync();
        try
        {
            await context.Response.WriteAsync(text);
            await context.Response.Body.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Writes an event that ends most watches: ERROR with a status.</summary>
    public Task FailAsync(FakeStatus status) => SayAsync(Event("ERROR", status.ToJson()));

    /// <summary>Tells how far the watch is, without an object, as the server does about once a minute.</summary>
    public Task BookmarkAsync() => SayAsync(Bookmark(annotations: null));

    /// <summary>Writes what is there, says that it did, and goes on with what happens.</summary>
    /// <param name="opened">Called once the watch misses nothing any more.</param>
    public async Task RunAsync(Action<FakeWatch> opened)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.FlushAsync();
        if (!await BeginAsync())
        {
            return;
        }

        opened(this);
        using var registration = context.RequestAborted.Register(End);
        while (!_end.Task.IsCompleted)
        {
            var next = store.NextChange;
            foreach (var change in store.ChangesAfter(_version).Where(Concerns))
            {
                if (change.SeenThrough(Query.Selector) is var (type, found))
                {
                    await SayAsync(Event(type, found.ToJson(withKind: true, Query.MetadataOnly)));
                }

                _version = change.Version;
            }

            await Task.WhenAny(next, _end.Task);
        }
    }

    public void Dispose() => _writing.Dispose();

    private static string Event(string type, JsonObject found) => new JsonObject { ["type"] = type, ["object"] = found }.ToJsonString() + "\n";

    private bool Concerns(FakeChange change) =>
        change.Either.Resource == Query.Resource && (Query.Namespace is null || change.Either.Namespace == Query.Namespace);

    private async Task<bool> BeginAsync()
    {
        if (Query is { SendsInitialEvents: false, ResourceVersion: { } version and not "0" })
        {
            _version = long.Parse(version, CultureInfo.InvariantCulture);
            if (!store.Remembers(_version))
            {
                await FailAsync(FakeStatus.Expired);
                return false;
            }

            return true;
        }

        (_version, var objects) = store.Read(Query.Resource, Query.Namespace);
        foreach (var found in objects.Where(Query.Selector.Matches))
        {
            await SayAsync(Event("ADDED", found.ToJson(withKind: true, Query.MetadataOnly)));
        }

        if (Query is { SendsInitialEvents: true, TakesBookmarks: true })
        {
            await SayAsync(Bookmark(new JsonObject { ["k8s.io/initial-events-end"] = "true" }));
        }

        return true;
    }

    private string Bookmark(JsonObject? annotations)
    {
        var metadata = new JsonObject { ["resourceVersion"] = $"{_version}", ["creationTimestamp"] = null };
        if (annotations is not null)
        {
            metadata["annotations"] = annotations;
        }

        var (kind, version) = Query.MetadataOnly ? ("PartialObjectMetadata", "meta.k8s.io/v1") : (Query.Resource.Kind, Query.Resource.ApiVersion);
        return Event("BOOKMARK", new JsonObject { ["kind"] = kind, ["apiVersion"] = version, ["metadata"] = metadata });
    }
}
