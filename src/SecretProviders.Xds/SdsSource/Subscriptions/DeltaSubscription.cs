using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Discovery;
using SecretProviders.Xds.Protos.Rpc;

namespace SecretProviders.Sds;

/// <summary>
/// The incremental variant (<c>DeltaSecrets</c>): requests and responses carry changes, absence is told, and a new
/// stream resumes with the versions that are held.
/// </summary>
internal sealed class DeltaSubscription(SubscriptionSettings settings) : WireSubscription<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(settings)
{
    private readonly List<string> _unsubscribe = [];
    private readonly HashSet<string> _resumed = new(StringComparer.Ordinal);
    private bool _hasAsked;
    private bool _isDue;
    private string? _nonce;
    private Status? _refusal;

    public override DeltaDiscoveryRequest? TakeRequest(TimeSpan now)
    {
        // A first request without names asks for everything.
        if (!_isDue || (!_hasAsked && IsEmpty))
        {
            return null;
        }

        var request = new DeltaDiscoveryRequest
        {
            Node = _hasAsked ? null : Settings.Node,
            TypeUrl = SecretTypes.SecretUrl,
            ResponseNonce = _nonce ?? string.Empty,
            ErrorDetail = _refusal,
            ResourceNamesUnsubscribe = { _unsubscribe },
        };
        foreach (var entry in TakeUnasked(now))
        {
            request.ResourceNamesSubscribe.Add(entry.Name);
            Resume(entry, request);
        }

        _unsubscribe.Clear();
        _hasAsked = true;
        _isDue = false;
        _nonce = null;
        _refusal = null;
        return request;
    }

    public override SubscriptionNews Receive(DeltaDiscoveryResponse response)
    {
        var news = new SubscriptionNews();
        if (response.TypeUrl.Length != 0 && response.TypeUrl != SecretTypes.SecretUrl)
        {
            Refuse($"A response is of the type '{ResourceName.Shorten(response.TypeUrl)}' where '{SecretTypes.SecretUrl}' is wanted.", news);
        }
        else
        {
            Receive(
                [.. response.Resources.Select(static resource => ReceivedResource.Read(resource.Resource_, resource.Name, resource.Version))],
                response.RemovedResources,
                news);
        }

        _nonce = response.Nonce;
        _refusal = Refusal(news);
        _isDue = true;
        return news;
    }

    // The server was told which version is held and has nothing to add: it is still the present one.
    protected override SecretState? WhatSilenceSays(SubscribedName entry) => _resumed.Contains(entry.Name) ? entry.Held : null;

    protected override void OnBegin()
    {
        _unsubscribe.Clear();
        _resumed.Clear();
        _hasAsked = false;
        _isDue = true;
        _nonce = null;
        _refusal = null;
    }

    protected override void OnAdded() => _isDue = true;

    protected override void OnRemoved(SubscribedName entry)
    {
        _resumed.Remove(entry.Name);
        if (entry.IsAsked)
        {
            _unsubscribe.Add(entry.Name);
            _isDue = true;
        }
    }

    // Versions count on the first message of a stream only.
    private void Resume(SubscribedName entry, DeltaDiscoveryRequest request)
    {
        if (!_hasAsked && entry is { Held: not null, HeldVersion.Length: > 0 } && entry.HeldFrom == Server)
        {
            request.InitialResourceVersions.Add(entry.Name, entry.HeldVersion);
            _resumed.Add(entry.Name);
        }
    }
}
