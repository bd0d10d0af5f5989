using System.Diagnostics.CodeAnalysis;

namespace SecretProviders.Xds.Sds.Deliveries;

/// <summary>
/// The names that may be due, each once, in the order in which they go out: trust first, certificates last, so that no
/// peer gets a leaf before the trust that was published with it, however long the two wait for it to read.
/// </summary>
internal sealed class DueNames
{
    private readonly LinkedList<Delivery> _trust = [];
    private readonly LinkedList<Delivery> _others = [];
    private readonly LinkedList<Delivery> _certificates = [];
    private int _held;
    private int _heldTrust;

    public int Count => _trust.Count + _others.Count + _certificates.Count;

    /// <summary>Gets a value indicating whether news of some name waits for an acknowledgement.</summary>
    public bool HasHeld => _held > 0;

    /// <summary>Adds a name behind the others of its kind. One that stands there already keeps its place.</summary>
    public void Add(Delivery delivery)
    {
        var queue = delivery.Latest?.Kind switch
        {
            SecretKind.ValidationContext => _trust,
            SecretKind.TlsCertificate => _certificates,
            _ => _others,
        };
        if (delivery.Place.List != queue)
        {
            delivery.Place.List?.Remove(delivery.Place);
            queue.AddLast(delivery.Place);
        }
    }

    /// <summary>
    /// Takes the next name. While news of trust waits for an acknowledgement, certificates wait with it: no longer than
    /// the acknowledgement may take.
    /// </summary>
    public bool TryTake([NotNullWhen(true)] out Delivery? delivery)
    {
        var next = _trust.First ?? _others.First ?? (_heldTrust == 0 ? _certificates.First : null);
        delivery = next?.Value;
        next?.List!.Remove(next);
        return delivery is not null;
    }

    /// <summary>Notes whether news of a name waits for an acknowledgement.</summary>
    public void Hold(Delivery delivery, bool held)
    {
        // Remembered apart: a name's kind may change while it waits, and the count must not.
        var holdsBack = held && delivery.Latest?.Kind == SecretKind.ValidationContext;
        if (delivery.HoldsCertificates != holdsBack)
        {
            delivery.HoldsCertificates = holdsBack;
            _heldTrust += holdsBack ? 1 : -1;
        }

        if (delivery.Held != held)
        {
            delivery.Held = held;
            _held += held ? 1 : -1;
        }
    }

    /// <summary>Removes a name at once: a peer that reads nothing and changes its names for ever must not grow the queues.</summary>
    public void Remove(Delivery delivery)
    {
        Hold(delivery, held: false);
        delivery.Place.List?.Remove(delivery.Place);
    }
}
