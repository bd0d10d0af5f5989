using SecretProviders.Xds.Sds.Deliveries;

namespace SecretProviders.Xds.Tests.Sds.Deliveries;

/// <summary>The decision as a table: protocol, what is there, what was told, asked, in flight, overdue; what to do.</summary>
public sealed class DeliveryPlanTests
{
    private const SecretDiscoveryProtocol Sotw = SecretDiscoveryProtocol.StateOfTheWorld;
    private const SecretDiscoveryProtocol Delta = SecretDiscoveryProtocol.Delta;
    private static readonly SecretVersion One = new("1");
    private static readonly SecretVersion Two = new("2");

    [Theory]
    [InlineData(Sotw, null, 'n', true, false, false, nameof(DeliveryStep.None))]
    [InlineData(Sotw, SecretStatus.Available, 'n', true, false, false, nameof(DeliveryStep.Send))]
    [InlineData(Sotw, SecretStatus.Stale, 'n', true, false, false, nameof(DeliveryStep.Send))]
    [InlineData(Sotw, SecretStatus.Available, '1', false, false, false, nameof(DeliveryStep.None))]
    [InlineData(Sotw, SecretStatus.Available, '1', true, false, false, nameof(DeliveryStep.Send))]
    [InlineData(Sotw, SecretStatus.Available, '2', false, false, false, nameof(DeliveryStep.Send))]
    [InlineData(Sotw, SecretStatus.Available, '2', false, true, false, nameof(DeliveryStep.Hold))]
    [InlineData(Sotw, SecretStatus.Available, '2', false, true, true, nameof(DeliveryStep.Send))]
    [InlineData(Sotw, SecretStatus.Available, '1', false, true, false, nameof(DeliveryStep.None))]
    [InlineData(Sotw, SecretStatus.Available, '1', false, true, true, nameof(DeliveryStep.None))]
    [InlineData(Sotw, SecretStatus.Absent, 'n', true, false, false, nameof(DeliveryStep.None))]
    [InlineData(Sotw, SecretStatus.Absent, '1', false, false, false, nameof(DeliveryStep.None))]
    [InlineData(Sotw, SecretStatus.Unavailable, 'n', true, false, false, nameof(DeliveryStep.None))]
    [InlineData(Delta, null, 'n', true, false, false, nameof(DeliveryStep.None))]
    [InlineData(Delta, SecretStatus.Available, 'n', true, false, false, nameof(DeliveryStep.Send))]
    [InlineData(Delta, SecretStatus.Available, '1', true, true, false, nameof(DeliveryStep.Hold))]
    [InlineData(Delta, SecretStatus.Available, '1', true, true, true, nameof(DeliveryStep.Send))]
    [InlineData(Delta, SecretStatus.Available, 'r', false, false, false, nameof(DeliveryStep.Send))]
    [InlineData(Delta, SecretStatus.Absent, 'n', true, false, false, nameof(DeliveryStep.Remove))]
    [InlineData(Delta, SecretStatus.Absent, '1', false, false, false, nameof(DeliveryStep.Remove))]
    [InlineData(Delta, SecretStatus.Absent, '1', false, true, false, nameof(DeliveryStep.Hold))]
    [InlineData(Delta, SecretStatus.Absent, 'r', false, false, false, nameof(DeliveryStep.None))]
    [InlineData(Delta, SecretStatus.Absent, 'r', true, false, false, nameof(DeliveryStep.Remove))]
    [InlineData(Delta, SecretStatus.Pending, 'n', true, false, false, nameof(DeliveryStep.None))]
    [InlineData(Delta, SecretStatus.Denied, '1', true, false, false, nameof(DeliveryStep.None))]
    [InlineData(Delta, SecretStatus.Invalid, '1', false, false, false, nameof(DeliveryStep.None))]
    [InlineData(Delta, SecretStatus.Unavailable, '1', true, false, false, nameof(DeliveryStep.None))]
    public void Step_follows_from_what_is_known(
        SecretDiscoveryProtocol protocol, SecretStatus? status, char told, bool asked, bool inFlight, bool overdue, string step)
    {
        var delivery = Known(status, told, asked, inFlight);

        Assert.Equal(step, $"{DeliveryPlan.Decide(protocol, delivery, overdue)}");
    }

    private static Delivery Known(SecretStatus? status, char told, bool asked, bool inFlight) => new("a")
    {
        Latest = status is { } known
            ? new SecretSnapshot("a", known)
            {
                Secret = known is SecretStatus.Available or SecretStatus.Stale ? SdsSession.Generic("one") : null,
                Version = One,
            }
            : null,
        Told = told switch { 'n' => Told.Nothing, 'r' => Told.Removal, _ => Told.Version },
        ToldVersion = told switch { '1' => One, '2' => Two, _ => default },
        Asked = asked,
        InFlight = inFlight ? 7 : 0,
    };
}
