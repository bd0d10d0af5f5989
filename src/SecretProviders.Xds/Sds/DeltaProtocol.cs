using System.Buffers;
using SecretProviders.Xds.Protos.Discovery;
using SecretProviders.Xds.Sds.Deliveries;

namespace SecretProviders.Xds.Sds;

/// <summary>Reads the requests of <c>DeltaSecrets</c>: each adds and removes names.</summary>
internal sealed class DeltaProtocol(DeliveryTable table, Func<IEnumerable<string>>? wildcardNames = null) : IDiscoveryProtocol
{
    // Names that the peer has only by the wildcard: unsubscribing from it releases them.
    private readonly HashSet<string> _byWildcard = new(StringComparer.Ordinal);
    private bool _started;
    private bool _isWildcard;

    public StreamChange Receive(ReadOnlySequence<byte> request)
    {
        if (_started && PlainAcknowledgement.TryReadDelta(request, out var nonce))
        {
            return new StreamChange { Settled = table.Settle(nonce) };
        }

        var message = DiscoveryRequests.Parse(DeltaDiscoveryRequest.Parser, request);
        DiscoveryRequests.RequireSecretType(message.TypeUrl);
        var change = new StreamChange { Node = message.Node, Refusal = DiscoveryRequests.Refusal(message.ErrorDetail) };

        // Names count whether the nonce is stale or not: the variant's lists are changes, and a change lost stays lost.
        change.Settled = table.Settle(DiscoveryRequests.ParseNonce(message.ResponseNonce));
        foreach (var name in message.ResourceNamesUnsubscribe)
        {
            Unsubscribe(name, change);
        }

        Subscribe(message, change);
        SubscribeWildcard(message, change);
        _started = true;
        return change;
    }

    private void Unsubscribe(string name, StreamChange change)
    {
        var isWildcard = name == DiscoveryRequests.Wildcard;
        _isWildcard &= !isWildcard;
        if (_isWildcard && table.TryGet(name, out _) && wildcardNames!().Contains(name, StringComparer.Ordinal))
        {
            // The wildcard still wants it, and such an unsubscription is answered (xDS protocol, wildcard).
            _byWildcard.Add(name);
            table.Ask(name, out _);
            return;
        }

        IEnumerable<string> released = isWildcard ? [.. _byWildcard] : [name];
        foreach (var one in released)
        {
            _byWildcard.Remove(one);
            if (table.Release(one))
            {
                change.Remove.Add(one);
            }
        }
    }

    /// <summary>A first request that subscribes to nothing asks for everything, as does <c>*</c> at any time (xDS protocol, wildcard).</summary>
    private void SubscribeWildcard(DeltaDiscoveryRequest message, StreamChange change)
    {
        var names = message.ResourceNamesSubscribe;
        if (wildcardNames is null || !((!_started && names.Count == 0) || names.Contains(DiscoveryRequests.Wildcard)))
        {
            return;
        }

        // What the peer holds belongs to it too: of what is gone it wants to be told.
        _isWildcard = true;
        var held = _started ? [] : message.InitialResourceVersions.Keys;
        foreach (var name in wildcardNames().Concat(held).Where(name => !table.TryGet(name, out _)))
        {
            _byWildcard.Add(name);
            Subscribe(name, message, change);
        }
    }

    private void Subscribe(DeltaDiscoveryRequest message, StreamChange change)
    {
        foreach (var name in message.ResourceNamesSubscribe)
        {
            if (name != DiscoveryRequests.Wildcard)
            {
                _byWildcard.Remove(name);
                Subscribe(name, message, change);
            }
        }
    }

    private void Subscribe(string name, DeltaDiscoveryRequest message, StreamChange change)
    {
        var delivery = table.Ask(name, out var isNew);
        if (isNew)
        {
            change.Add.Add(name);
        }

        // A reconnecting peer says what it holds: equal versions are not sent again, a lost secret is told.
        if (!_started && message.InitialResourceVersions.TryGetValue(name, out var held))
        {
            delivery.Asked = false;
            delivery.Told = Told.Version;
            delivery.ToldVersion = new SecretVersion(held);
        }
    }
}
