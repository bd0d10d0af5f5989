using System.Diagnostics.CodeAnalysis;

namespace SecretProviders.Xds.Sds.Deliveries;

/// <summary>
/// The responses of one stream that are not acknowledged yet, by nonce. Most streams have one name, and for one a table
/// costs more than all else that is known of it: the table is made for the second.
/// </summary>
internal sealed class InFlight
{
    private Delivery? _one;
    private Dictionary<long, Delivery>? _more;

    /// <summary>Gets what awaits its acknowledgement, in no order.</summary>
    public IEnumerable<Delivery> All => (_one, _more) switch
    {
        (null, null) => [],
        ({ } one, null) => [one],
        (null, { } more) => more.Values,
        ({ } one, { } more) => more.Values.Prepend(one),
    };

    /// <summary>Adds a delivery under the nonce that it has now; it is removed before it gets another.</summary>
    public void Add(Delivery delivery)
    {
        if (_one is null)
        {
            _one = delivery;
            return;
        }

        (_more ??= []).Add(delivery.InFlight, delivery);
    }

    /// <summary>Removes what has a nonce. 0 is nobody's, since all that is in here has one.</summary>
    public bool Remove(long nonce, [NotNullWhen(true)] out Delivery? delivery)
    {
        delivery = null;
        if (_one?.InFlight == nonce)
        {
            (delivery, _one) = (_one, null);
            return true;
        }

        return _more?.Remove(nonce, out delivery) == true;
    }
}
