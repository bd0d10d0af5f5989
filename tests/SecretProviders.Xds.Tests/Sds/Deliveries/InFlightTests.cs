using SecretProviders.Xds.Sds.Deliveries;

namespace SecretProviders.Xds.Tests.Sds.Deliveries;

public sealed class InFlightTests
{
    private readonly InFlight _inFlight = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Each_is_removed_once_by_its_nonce_in_any_order(int count)
    {
        var deliveries = Enumerable.Range(1, count).Select(Add).ToArray();
        Assert.Equal(deliveries.ToHashSet(), [.. _inFlight.All]);

        foreach (var delivery in deliveries.Reverse())
        {
            Assert.True(_inFlight.Remove(delivery.InFlight, out var removed));
            Assert.Same(delivery, removed);
            Assert.False(_inFlight.Remove(delivery.InFlight, out _));
        }

        Assert.Empty(_inFlight.All);
    }

    [Fact]
    public void One_after_the_other_is_found()
    {
        for (var nonce = 1; nonce <= 3; nonce++)
        {
            var delivery = Add(nonce);
            Assert.True(_inFlight.Remove(nonce, out var removed));
            Assert.Same(delivery, removed);
        }
    }

    [Fact]
    public void Nonce_that_is_not_in_flight_removes_nothing()
    {
        Add(7);
        Add(8);

        Assert.False(_inFlight.Remove(0, out _));
        Assert.False(_inFlight.Remove(9, out _));
        Assert.Equal(2, _inFlight.All.Count());
    }

    private Delivery Add(int nonce)
    {
        var delivery = new Delivery($"name-{nonce}") { InFlight = nonce };
        _inFlight.Add(delivery);
        return delivery;
    }
}
