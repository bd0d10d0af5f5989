using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Discovery;
using SecretProviders.Xds.Protos.Rpc;

namespace SecretProviders.Sds;

/// <summary>
/// The variant in which each request lists all names (<c>StreamSecrets</c>). It has no word for absence and none for
/// removal: only silence about a name that was never found says something.
/// </summary>
internal sealed class StateOfTheWorldSubscription(SubscriptionSettings settings) : WireSubscription<DiscoveryRequest, DiscoveryResponse>(settings)
{
    // Names of a request that a response may have crossed on its way: the server drops such a request.
    private readonly List<SubscribedName> _crossed = [];
    private bool _hasAsked;
    private bool _hasAnswer;
    private bool _hasUsedNonce;
    private bool _isDue;
    private string _nonce = string.Empty;
    private string _accepted = string.Empty;
    private Status? _refusal;

    /// <summary>
    /// Servers drop a second request that comes before their first response (go-control-plane and SPIRE do), so names
    /// that come in between must wait for one.
    /// </summary>
    public override bool NeedsNewStream => _hasAsked && _isDue && !_hasAnswer;

    public override DiscoveryRequest? TakeRequest(TimeSpan now)
    {
        // Never an empty list: many servers take it for a wish for everything they have. And nothing before the last
        // response is answered: a request that does not carry its nonce is not looked at.
        if (!_isDue || IsAnswerOpen || IsEmpty || NeedsNewStream)
        {
            return null;
        }

        // Some servers compare versions only (go-control-plane's LinearCache): to them who has the present version has
        // everything, also the names that were never asked for before. So a request for more claims no version.
        var more = TakeUnasked();
        Await(more, now);
        var claimsVersion = more.Count + _crossed.Count == 0;
        if (_hasUsedNonce)
        {
            _crossed.AddRange(more);
        }
        else
        {
            _crossed.Clear();
        }

        var request = new DiscoveryRequest
        {
            Node = _hasAsked ? null : Settings.Node,
            TypeUrl = SecretTypes.SecretUrl,
            VersionInfo = claimsVersion ? _accepted : string.Empty,
            ResponseNonce = _nonce,
            ResourceNames = { Names },
            ErrorDetail = _refusal,
        };
        _hasAsked = true;
        _hasUsedNonce = true;
        _isDue = false;
        return request;
    }

    public override SubscriptionNews Receive(DiscoveryResponse response, TimeSpan now)
    {
        var news = new SubscriptionNews();
        if (response.TypeUrl.Length != 0 && response.TypeUrl != SecretTypes.SecretUrl)
        {
            Refuse($"A response is of the type '{ResourceName.Shorten(response.TypeUrl)}' where '{SecretTypes.SecretUrl}' is wanted.", news);
        }
        else
        {
            Receive([.. response.Resources.Select(static resource => ReceivedResource.Read(resource))], [], now, news);
        }

        _crossed.RemoveAll(entry => entry.IsAnswered || !Names.Contains(entry.Name));
        _hasAnswer = true;
        AnswerWhenRead(response.Nonce, response.VersionInfo, news);
        return news;
    }

    protected override void Answer(string nonce, string version, Status? refusal)
    {
        _hasUsedNonce = false;
        _nonce = nonce;
        _refusal = refusal;
        _accepted = refusal is null ? version : _accepted;
        _isDue = true;
    }

    protected override SecretState? WhatSilenceSays(SubscribedName entry) => entry.Held is null ? new SecretState.NotFound() : null;

    // A new stream says no version: one version stands for all names, and a server that holds it for current stays
    // silent about each of them, also about those that this stream asks for the first time.
    protected override void OnBegin()
    {
        base.OnBegin();
        _crossed.Clear();
        _hasAsked = false;
        _hasAnswer = false;
        _hasUsedNonce = false;
        _isDue = true;
        _nonce = string.Empty;
        _accepted = string.Empty;
        _refusal = null;
    }

    protected override void OnAdded() => _isDue = true;

    protected override void OnRemoved(SubscribedName entry) => _isDue |= entry.IsAsked;
}
