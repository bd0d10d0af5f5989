using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using SecretProviders.Kubernetes.Client.Transport;
using SecretProviders.Kubernetes.Configuration;
using SecretProviders.Kubernetes.Permissions;

namespace SecretProviders.Kubernetes.Client;

/// <summary>Speaks to one API server over HTTP/2 or HTTP/1.1. The only file that knows URLs and status codes.</summary>
internal sealed class KubernetesClient : IKubernetesClient
{
    private const int MaxErrorBytes = 64 * 1024;
    private const string MetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
    private const string MetadataItem = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

    // The server's priority and fairness is not the only reason to be modest: ten thousand names may be asked at once.
    private const int MostRequests = 32;

    private static readonly TimeSpan WatchGrace = TimeSpan.FromSeconds(15);

    private readonly ClusterAccess _access;
    private readonly KubernetesTransport _transport;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _timeout;
    private readonly SemaphoreSlim _turns = new(MostRequests);
    private readonly ConcurrentDictionary<ApiResource, string> _served = new();

    /// <summary>Makes a client; nothing is connected yet.</summary>
    /// <param name="access">Where the server is.</param>
    /// <param name="timeout">How long the server may take to begin an answer, and to go on with it.</param>
    /// <param name="timeProvider">The clock.</param>
    public KubernetesClient(ClusterAccess access, TimeSpan timeout, TimeProvider timeProvider)
    {
        _access = access;
        _timeout = timeout;
        _timeProvider = timeProvider;
        _transport = new KubernetesTransport(access, timeout, timeProvider);
    }

    /// <inheritdoc/>
    public Task<ListPage> ListAsync(ObjectSelection selection, ListRequest page, ObjectHandler onObject, CancellationToken cancellationToken) =>
        InTurnAsync(async deadline =>
        {
            var limit = page.Limit?.ToString(CultureInfo.InvariantCulture);
            using var response = await GetAsync(
                selection, version => selection.ToPath(version, ("limit", limit), ("continue", page.Continue)), MetadataList, deadline).ConfigureAwait(false);
            var body = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            await using var _ = body.ConfigureAwait(false);
            using var buffer = new WireBuffer(new PatientStream(body, deadline), WireBuffer.DefaultLimit);
            return await new ListReader(buffer, onObject).ReadAsync(deadline.Token).ConfigureAwait(false);
        }, cancellationToken);

    /// <inheritdoc/>
    public Task WatchAsync(ObjectSelection selection, WatchRequest request, IWatchHandler handler, CancellationToken cancellationToken) =>
        LimitAsync(async deadline =>
        {
            var seconds = Math.Max(1, (long)request.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            using var response = await GetAsync(selection, version => selection.ToPath(
                version,
                ("watch", "true"),
                ("allowWatchBookmarks", "true"),
                ("resourceVersion", request.ResourceVersion),
                ("sendInitialEvents", request.SendInitialEvents ? "true" : null),
                ("resourceVersionMatch", request.SendInitialEvents ? "NotOlderThan" : null),
                ("timeoutSeconds", seconds)), MetadataItem, deadline).ConfigureAwait(false);
            deadline.Begin(request.Timeout + WatchGrace);
            var body = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            await using var _ = body.ConfigureAwait(false);
            using var buffer = new WireBuffer(body, WireBuffer.DefaultLimit, selection.Name is null ? WireBuffer.Large : WireBuffer.Small, lasts: true);
            handler.Opened();
            await new WatchReader(buffer, handler).ReadAsync(deadline.Token).ConfigureAwait(false);
            return true;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<bool?> ReviewAccessAsync(ObjectSelection selection, string verb, CancellationToken cancellationToken) =>
        InTurnAsync<bool?>(async deadline =>
        {
            var question = JsonSerializer.SerializeToUtf8Bytes(AccessReview.Of(selection, verb), ApiJson.Default.AccessReview);
            HttpRequestMessage Ask()
            {
                var request = new HttpRequestMessage(HttpMethod.Post, "apis/authorization.k8s.io/v1/selfsubjectaccessreviews") { Content = new ByteArrayContent(question) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                return request;
            }

            using var response = await _transport.SendAsync(Ask, deadline).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
            {
                return null;
            }

            await RequireSuccessAsync(response, deadline.Token).ConfigureAwait(false);
            var answer = await response.Content.ReadAsByteArrayAsync(deadline.Token).ConfigureAwait(false);
            return JsonSerializer.Deserialize(answer, ApiJson.Default.AccessReview)?.Status?.Allowed;
        }, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport.Dispose();
        _turns.Dispose();
    }

    // A server knows a resource under some of its versions; which, a 404 tells. The one that it knew is asked first, but
    // not alone: that a server gives up one version for another must not look as if it gave up the resource.
    private async Task<HttpResponseMessage> GetAsync(ObjectSelection selection, Func<string, string> path, string metadataAs, RequestDeadline deadline)
    {
        var versions = _served.TryGetValue(selection.Resource, out var served) ? [served, .. selection.Resource.Versions.Remove(served)] : selection.Resource.Versions;
        foreach (var version in versions)
        {
            var response = await _transport.SendAsync(() => Get(path(version), selection.MetadataOnly ? metadataAs : "application/json"), deadline).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotFound && version != versions[^1])
            {
                response.Dispose();
                continue;
            }

            if (response.IsSuccessStatusCode)
            {
                _served[selection.Resource] = version;
            }
            else if (response.StatusCode == HttpStatusCode.NotFound)
            {
                _served.TryRemove(selection.Resource, out _);
            }

            await RequireSuccessAsync(response, deadline.Token).ConfigureAwait(false);
            return response;
        }

        throw new InvalidOperationException("A resource without versions.");
    }

    private static HttpRequestMessage Get(string path, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return request;
    }

    private async Task RequireSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        using (response)
        {
            var body = new byte[MaxErrorBytes];
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = stream.ConfigureAwait(false);
            var read = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            var wish = response.Headers.RetryAfter is { } after ? after.Delta ?? (after.Date - _timeProvider.GetUtcNow()) : null;
            throw ApiStatus.ToException(body.AsSpan(0, read), (int)response.StatusCode, wish > TimeSpan.Zero ? wish : null);
        }
    }

    private async Task<T> InTurnAsync<T>(Func<RequestDeadline, Task<T>> work, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await LimitAsync(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task<T> LimitAsync<T>(Func<RequestDeadline, Task<T>> work, CancellationToken cancellationToken)
    {
        using var deadline = new RequestDeadline(_timeout, _timeProvider, cancellationToken);
        try
        {
            return await work(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The API server '{_access.Server.Authority}' did not go on with its answer within {_timeout}.", exception);
        }
    }
}
