namespace SecretProviders.Xds.Sds.Deliveries;

/// <summary>Decides what a stream does about a name. Pure; the rules are those of the xDS protocol for secrets.</summary>
internal static class DeliveryPlan
{
    /// <summary>Decides about one name.</summary>
    /// <param name="protocol">Only Delta can tell absence.</param>
    /// <param name="delivery">What the stream knows.</param>
    /// <param name="acknowledgementOverdue">Whether the response in flight has been silent for too long.</param>
    public static DeliveryStep Decide(SecretDiscoveryProtocol protocol, Delivery delivery, bool acknowledgementOverdue)
    {
        var step = Wanted(protocol, delivery);
        return step != DeliveryStep.None && delivery.InFlight != 0 && !acknowledgementOverdue ? DeliveryStep.Hold : step;
    }

    private static DeliveryStep Wanted(SecretDiscoveryProtocol protocol, Delivery delivery)
    {
        if (delivery.Latest is not { } latest)
        {
            return DeliveryStep.None;
        }

        if (latest.Secret is not null)
        {
            // Equal to what was told includes what was refused: a NACK is never answered with the same version.
            var known = delivery.Told == Told.Version && delivery.ToldVersion == latest.Version;
            return delivery.Asked || !known ? DeliveryStep.Send : DeliveryStep.None;
        }

        // Pending, Denied, Invalid and Unavailable wait: told of absence, Envoy would finish warming without the
        // secret. State of the world has no word for absence at all.
        var tellable = protocol == SecretDiscoveryProtocol.Delta && latest.Status == SecretStatus.Absent;
        return tellable && (delivery.Asked || delivery.Told == Told.Version) ? DeliveryStep.Remove : DeliveryStep.None;
    }
}
