using System.Globalization;
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
        var nonce = order.Nonce.ToString(CultureInfo.InvariantCulture);
        if (order.Snapshot is not { Secret: { } secret } snapshot)
        {
            return new DeltaResponse(order.Name, string.Empty, nonce, resource: null);
        }

        var encoded = EncodedSecret.Of(order.Name, secret);
        if (encoded.Any is not { } any)
        {
            problem = encoded.Problem;
            return null;
        }

        return protocol == SecretDiscoveryProtocol.Delta
            ? new DeltaResponse(order.Name, snapshot.Version.Value, nonce, any)
            : new StateOfTheWorldResponse(snapshot.Version.Value, nonce, [any]);
    }
}
