using System.Buffers;
using Google.Protobuf.Collections;
using SecretProviders.Xds.Protos.Discovery;
using SecretProviders.Xds.Sds.Deliveries;

namespace SecretProviders.Xds.Sds;

/// <summary>Reads the requests of <c>StreamSecrets</c>: each lists all names that the peer wants.</summary>
internal sealed class StateOfTheWorldProtocol(DeliveryTable table, Func<IEnumerable<string>>? wildcardNames = null) : IDiscoveryProtocol
{
    private bool _started;
    private bool _isWildcard;
    private bool _addsByEmptyNonce;

    public StreamChange Receive(ReadOnlySequence<byte> request)
    {
        if (!_isWildcard && PlainAcknowledgement.TryReadStateOfTheWorld(request, out var nonce, out var name) && table.HoldsOnly(name))
        {
            return new StreamChange { Settled = table.Settle(nonce) };
        }

        var message = DiscoveryRequests.Parse(DiscoveryRequest.Parser, request);
        DiscoveryRequests.RequireSecretType(message.TypeUrl);
        var change = new StreamChange { Node = message.Node, Refusal = DiscoveryRequests.Refusal(message.ErrorDetail) };
        if (!_started)
        {
            _started = true;
            _isWildcard = wildcardNames is not null && IsWildcard(message.ResourceNames);
            Ask(_isWildcard ? [.. message.ResourceNames, .. wildcardNames!()] : message.ResourceNames, change);
        }
        else if (message.ResponseNonce.Length == 0)
        {
            ReceiveWithoutNonce(message.ResourceNames, change);
        }
        else
        {
            ReceiveWithNonce(message, change);
        }

        return change;
    }

    /// <summary>
    /// Some data planes (MOSN) send one request per secret, all without a nonce, before they read a response: such a
    /// request adds its names.
    /// </summary>
    private void ReceiveWithoutNonce(RepeatedField<string> names, StreamChange change)
    {
        if (names.Count == 0 && table.LastNonce == 0 && !_isWildcard)
        {
            ReleaseOthers(names, change);
            return;
        }

        _addsByEmptyNonce = true;
        Ask(names, change);
    }

    private void ReceiveWithNonce(DiscoveryRequest message, StreamChange change)
    {
        // Each response carries one secret, so every answer that is still awaited settles its own secret. The list of
        // names counts only with the latest nonce: an older one was made before the peer saw our latest response, and
        // an answer to that one, with the up-to-date list, is on its way.
        var nonce = DiscoveryRequests.ParseNonce(message.ResponseNonce);
        change.Settled = table.Settle(nonce);
        if (nonce != 0 && nonce == table.LastNonce)
        {
            // An empty list goes on meaning everything until the stream has named something (xDS protocol, wildcard).
            _isWildcard &= IsWildcard(message.ResourceNames);
            if (_isWildcard)
            {
                AskNew(message.ResourceNames, change);
                return;
            }

            ReleaseOthers(message.ResourceNames, change);
            AskNew(message.ResourceNames, change);
        }
    }

    private static bool IsWildcard(RepeatedField<string> names) => names.Count == 0 || names.Contains(DiscoveryRequests.Wildcard);

    private void Ask(IEnumerable<string> names, StreamChange change)
    {
        foreach (var name in names)
        {
            // A name whose answer is still on its way is being answered: asking again does not make a second answer,
            // or a peer that never acknowledges would get one for every request.
            var answered = table.TryGet(name, out var known) && known.InFlight != 0;
            if (name != DiscoveryRequests.Wildcard && !answered)
            {
                Add(name, change);
            }
        }
    }

    private void AskNew(RepeatedField<string> names, StreamChange change)
    {
        foreach (var name in names)
        {
            if (name != DiscoveryRequests.Wildcard && !table.TryGet(name, out _))
            {
                Add(name, change);
            }
        }
    }

    private void Add(string name, StreamChange change)
    {
        table.Ask(name, out var isNew);
        if (isNew)
        {
            change.Add.Add(name);
        }
    }

    private void ReleaseOthers(RepeatedField<string> names, StreamChange change)
    {
        if (names.Count == 1 && table.Count == 1 && table.TryGet(names[0], out _))
        {
            return;
        }

        var wanted = names.ToHashSet(StringComparer.Ordinal);
        foreach (var delivery in table.Deliveries)
        {
            if (!wanted.Contains(delivery.Name) && !IsAwaited(delivery, names))
            {
                change.Remove.Add(delivery.Name);
            }
        }

        change.Remove.ForEach(name => table.Release(name));
    }

    // A peer that adds names by requests without a nonce lists in its acknowledgements only what it has received so
    // far; what it has not received it still wants. An empty list is a word of its own: nothing at all.
    private bool IsAwaited(Delivery delivery, RepeatedField<string> names) =>
        _addsByEmptyNonce && names.Count != 0 && delivery.Told == Told.Nothing;
}
