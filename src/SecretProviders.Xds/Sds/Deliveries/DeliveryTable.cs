using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SecretProviders.Xds.Sds.Deliveries;

/// <summary>
/// The names of one stream and what is due for them: a queue of names, never of events, so that memory is bounded by
/// names whatever the peer and the sources do. Not safe for several threads; the session guards it.
/// </summary>
internal sealed class DeliveryTable(SecretDiscoveryProtocol protocol, TimeProvider timeProvider, SecretDiscoveryOptions options)
{
    /// <summary>How many characters the names of one stream may have together.</summary>
    public const int MaxNameCharacters = 4 * 1024 * 1024;

    private const int NonceShift = 24;

    // One millisecond more than the time-out, so that a coarse clock never wakes us just too early.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(1);

    private readonly Dictionary<string, Delivery> _byName = new(StringComparer.Ordinal);
    private readonly InFlight _inFlight = new();
    private readonly DueNames _due = new();
    private long _nameCharacters;
    private long _lastNonce;

    // A random start keeps nonces of an earlier stream from meaning anything on this one.
    private long _nonce = ((long)Random.Shared.Next() << NonceShift) + 1;

    /// <summary>Gets the number of names.</summary>
    public int Count => _byName.Count;

    /// <summary>Gets the number of names that may be due.</summary>
    public int Due => _due.Count;

    /// <summary>Gets a value indicating whether news of some name waits for an acknowledgement.</summary>
    public bool HasHeld => _due.HasHeld;

    /// <summary>
    /// Gets or sets the nonce of the latest response that goes to the peer, or 0 before the first. What was taken and
    /// could not be made is none: the peer would never answer it. The writer of responses sets it without the guard.
    /// </summary>
    public long LastNonce
    {
        get => Volatile.Read(ref _lastNonce);
        set => Volatile.Write(ref _lastNonce, value);
    }

    /// <summary>Gets or sets what counts the acknowledgements that did not come in time.</summary>
    public SecretDiscoveryMetrics Metrics { get; set; } = SecretDiscoveryMetrics.Shared;

    /// <summary>Gets the names and what is known of them.</summary>
    public IReadOnlyCollection<Delivery> Deliveries => _byName.Values;

    /// <summary>Notes that the peer asks for a name: it is answered even when it holds the answer. Adds the name when it is new.</summary>
    /// <exception cref="SecretDiscoveryException">The stream holds too many names.</exception>
    public Delivery Ask(string name, out bool isNew)
    {
        isNew = !_byName.TryGetValue(name, out var delivery);
        if (delivery is null)
        {
            RequireRoom(name);
            delivery = new Delivery(name);
            _byName.Add(name, delivery);
            _nameCharacters += name.Length;
        }

        delivery.Asked = true;
        _due.Add(delivery);
        return delivery;
    }

    public bool TryGet(string name, [NotNullWhen(true)] out Delivery? delivery) => _byName.TryGetValue(name, out delivery);

    /// <summary>Tells whether a name, as ASCII, is the only one.</summary>
    public bool HoldsOnly(ReadOnlySpan<byte> name)
    {
        if (_byName.Count == 1)
        {
            foreach (var only in _byName.Keys)
            {
                return Ascii.Equals(name, only);
            }
        }

        return false;
    }

    /// <summary>Forgets a name; asked for again later, it is sent again.</summary>
    public bool Release(string name)
    {
        if (!_byName.Remove(name, out var delivery))
        {
            return false;
        }

        _due.Remove(delivery);
        _nameCharacters -= name.Length;
        _inFlight.Remove(delivery.InFlight, out _);
        return true;
    }

    /// <summary>Takes in what the provider says. Names released meanwhile are passed over.</summary>
    public void Apply(ImmutableArray<SecretSnapshot> changes)
    {
        foreach (var snapshot in changes)
        {
            if (_byName.TryGetValue(snapshot.Name, out var delivery))
            {
                delivery.Latest = snapshot;
                _due.Add(delivery);
            }
        }
    }

    /// <summary>Takes the next response that is due, and notes it as sent.</summary>
    public bool TryTake(out DeliveryOrder order)
    {
        while (_due.TryTake(out var delivery))
        {
            var overdue = delivery.InFlight != 0 && timeProvider.GetElapsedTime(delivery.SentAt) >= options.AckTimeout;
            var step = DeliveryPlan.Decide(protocol, delivery, overdue);
            _due.Hold(delivery, step == DeliveryStep.Hold);
            if (step is DeliveryStep.Send or DeliveryStep.Remove)
            {
                order = Send(delivery, step, overdue);
                return true;
            }
        }

        order = default;
        return false;
    }

    /// <summary>Settles a response. A nonce that is not in flight is stale and settles nothing.</summary>
    /// <returns>The version that was answered for, or null when it was a removal or the nonce is stale.</returns>
    public (string Name, SecretVersion Version)? Settle(long nonce)
    {
        if (!_inFlight.Remove(nonce, out var delivery))
        {
            return null;
        }

        delivery.InFlight = 0;
        if (delivery.Held)
        {
            _due.Add(delivery);
        }

        return delivery.InFlightVersion == default ? null : (delivery.Name, delivery.InFlightVersion);
    }

    /// <summary>Looks at all names held back by an acknowledgement that has not come.</summary>
    /// <returns>The time until the next acknowledgement is overdue, zero when one is now, or null when none holds anything back.</returns>
    public TimeSpan? ReleaseOverdue()
    {
        TimeSpan? next = null;
        foreach (var delivery in _inFlight.All)
        {
            if (!delivery.Held)
            {
                continue;
            }

            var left = options.AckTimeout - timeProvider.GetElapsedTime(delivery.SentAt);
            if (left <= TimeSpan.Zero)
            {
                _due.Add(delivery);
                next = TimeSpan.Zero;
            }
            else if (next is null || left + Margin < next)
            {
                next = left + Margin;
            }
        }

        return next;
    }

    private DeliveryOrder Send(Delivery delivery, DeliveryStep step, bool overdue)
    {
        if (overdue)
        {
            Metrics.AcknowledgementOverdue(protocol);
            _inFlight.Remove(delivery.InFlight, out _);
        }

        var snapshot = step == DeliveryStep.Send ? delivery.Latest : null;
        delivery.Asked = false;
        delivery.Told = snapshot is null ? Told.Removal : Told.Version;
        delivery.ToldVersion = snapshot?.Version ?? default;
        delivery.InFlightVersion = delivery.ToldVersion;
        delivery.InFlight = ++_nonce;
        delivery.SentAt = timeProvider.GetTimestamp();
        _inFlight.Add(delivery);
        return new DeliveryOrder(delivery.Name, delivery.InFlight, snapshot);
    }

    private void RequireRoom(string name)
    {
        if (_byName.Count >= options.MaxNamesPerStream)
        {
            throw new SecretDiscoveryException(
                GrpcStatusCode.ResourceExhausted,
                $"A stream may ask for at most {options.MaxNamesPerStream} names ({nameof(SecretDiscoveryOptions.MaxNamesPerStream)}): ask for fewer, or on several streams.");
        }

        if (_nameCharacters + name.Length > MaxNameCharacters)
        {
            throw new SecretDiscoveryException(
                GrpcStatusCode.ResourceExhausted,
                $"The names of a stream may have at most {MaxNameCharacters} characters together: ask for fewer or shorter ones.");
        }
    }
}
