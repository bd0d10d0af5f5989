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
        var asked = TakeUnasked();
        foreach (var entry in asked)
        {
            request.ResourceNamesSubscribe.Add(entry.Name);
            Resume(entry, request);
        }

        Await(asked, now);

        _unsubscribe.Clear();
        _hasAsked = true;
        _isDue = false;
        _nonce = null;
        _refusal = null;
        return request;
    }

    public override SubscriptionNews Receive(DeltaDiscoveryResponse response, TimeSpan now)
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
                now,
                news);
        }

        AnswerWhenRead(response.Nonce, response.SystemVersionInfo, news);
        return news;
    }

    protected override void Answer(string nonce, string version, Status? refusal)
    {
        _nonce = nonce;
        _refusal = refusal;
        _isDue = true;
    }

    protected override TimeSpan PatienceWith(SubscribedName entry) =>
        _resumed.Contains(entry.Name) ? Settings.AbsentAfter : Settings.Timeout;

    // A server that was told which version is held, and has nothing to add, says that it is still the present one; any
    // other silence is none of the answers that this variant has. Of the first one the source itself tells.
    protected override SecretState? WhatSilenceSays(SubscribedName entry)
    {
        if (_resumed.Contains(entry.Name))
        {
            return entry.Files?.State ?? entry.Held;
        }

        return entry.Said is null
            ? null
            : new SecretState.Unavailable($"{Settings.PlaceOf(entry.Name)}: the SDS server at {Server} has not answered for it within {Settings.Timeout}.");
    }

    protected override void OnBegin()
    {
        base.OnBegin();
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
        if (!_hasAsked && entry is { Held: not null, HeldAs: { Version.Length: > 0 } held } && held.Server == Server)
        {
            request.InitialResourceVersions.Add(entry.Name, held.Version);
            _resumed.Add(entry.Name);
            if (entry.Received != held)
            {
                entry.Return();
            }
        }
    }
}
