using System.Buffers;
using SecretProviders.Xds.Protos.Discovery;
using SecretProviders.Xds.Sds.Deliveries;

namespace SecretProviders.Xds.Sds;

/// <summary>Reads the requests of <c>DeltaSecrets</c>: each adds and removes names.</summary>
internal sealed class DeltaProtocol(DeliveryTable table) : IDiscoveryProtocol
{
    private bool _started;

    public StreamChange Receive(ReadOnlySequence<byte> request)
    {
        var message = DiscoveryRequests.Parse(DeltaDiscoveryRequest.Parser, request);
        DiscoveryRequests.RequireSecretType(message.TypeUrl);
        var change = new StreamChange { Node = message.Node, Refusal = DiscoveryRequests.Refusal(message.ErrorDetail) };

        // Names count whether the nonce is stale or not: the variant's lists are changes, and a change lost stays lost.
        change.Settled = table.Settle(DiscoveryRequests.ParseNonce(message.ResponseNonce));
        foreach (var name in message.ResourceNamesUnsubscribe)
        {
            if (table.Release(name))
            {
                change.Remove.Add(name);
            }
        }

        Subscribe(message, change);
        _started = true;
        return change;
    }

    private void Subscribe(DeltaDiscoveryRequest message, StreamChange change)
    {
        foreach (var name in message.ResourceNamesSubscribe)
        {
            if (name == DiscoveryRequests.Wildcard)
            {
                continue;
            }

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
}
