namespace SecretProviders.Xds.Sds.Deliveries;

/// <summary>What one stream knows of one name: what is there, what the peer was told, and what it has not yet acknowledged.</summary>
internal sealed class Delivery
{
    public Delivery(string name)
    {
        Name = name;
        Place = new LinkedListNode<Delivery>(this);
    }

    /// <summary>Gets the secret's name.</summary>
    public string Name { get; }

    /// <summary>Gets its place in a queue of what may be due; it stands in one or in none.</summary>
    public LinkedListNode<Delivery> Place { get; }

    /// <summary>Gets or sets the latest snapshot, or null before the provider's first word.</summary>
    public SecretSnapshot? Latest { get; set; }

    /// <summary>Gets or sets a value indicating whether the peer asked and was not answered yet.</summary>
    public bool Asked { get; set; }

    /// <summary>Gets or sets what the peer was last told.</summary>
    public Told Told { get; set; }

    /// <summary>Gets or sets the version that the peer was last told, or holds from an earlier stream.</summary>
    public SecretVersion ToldVersion { get; set; }

    /// <summary>Gets or sets the nonce of the response that is not acknowledged yet, or 0.</summary>
    public long InFlight { get; set; }

    /// <summary>Gets or sets the version in that response; the default value for a removal.</summary>
    public SecretVersion InFlightVersion { get; set; }

    /// <summary>Gets or sets the timestamp at which that response was made.</summary>
    public long SentAt { get; set; }

    /// <summary>Gets or sets a value indicating whether news waits for an acknowledgement.</summary>
    public bool Held { get; set; }

    /// <summary>Gets or sets a value indicating whether certificates wait for it.</summary>
    public bool HoldsCertificates { get; set; }
}
