using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Sds.Deliveries;

namespace SecretProviders.Xds.Sds;

/// <summary>Makes the response of what is due.</summary>
internal static class SessionResponses
{
    /// <summary>Makes one response.</summary>
    /// <param name="protocol">The variant of the protocol.</param>
    /// <param name="order">What is due.</param>
    /// <param name="problem">Why there is no response, or null.</param>
    /// <returns>The response, or null when the secret cannot be put on the wire.</returns>
    public static SecretDiscoveryResponse? Make(SecretDiscoveryProtocol protocol, DeliveryOrder order, out string? problem)
    {
        problem = null;
        if (order.Snapshot is not { Secret: { } secret } snapshot)
        {
            return new DeltaResponse(order.Name, string.Empty, order.Nonce, resource: null);
        }

        var encoded = EncodedSecret.Of(order.Name, secret);
        if (encoded.Problem is not null)
        {
            problem = encoded.Problem;
            return null;
        }

        return protocol == SecretDiscoveryProtocol.Delta
            ? new DeltaResponse(order.Name, snapshot.Version.Value, order.Nonce, encoded)
            : new StateOfTheWorldResponse(snapshot.Version.Value, order.Nonce, [encoded]);
    }
}
