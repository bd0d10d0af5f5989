using System.Collections.Immutable;
using SecretProviders.Aggregation.Readers;
using SecretProviders.Publishing;
using SecretProviders.Resolution;
using SecretProviders.Routing;

namespace SecretProviders.Aggregation;

/// <summary>All that is known of one watched name. Everything but what is published is guarded by the aggregate's gate.</summary>
internal sealed class NameEntry(string name)
{
    private volatile Published _published = new(new SecretSnapshot(name, SecretStatus.Pending), null);

    public string Name { get; } = name;

    /// <summary>Gets or sets what is published: read without a lock, replaced as a whole.</summary>
    public Published Published
    {
        get => _published;
        set => _published = value;
    }

    public SecretSnapshot Snapshot => _published.Snapshot;

    public RouteMatch? Match { get; set; }

    public SecretKind? Kind { get; set; }

    public ImmutableArray<Slot> Slots { get; set; } = [];

    public ImmutableArray<SlotWatch> Watches { get; set; } = [];

    public NameResolution? Resolution { get; set; }

    /// <summary>Gets or sets since when what is published comes from routes that were replaced, or null.</summary>
    public DateTimeOffset? CarriedSince { get; set; }

    /// <summary>Gets or sets since when a new leaf waits for its trust.</summary>
    public DateTimeOffset? HeldSince { get; set; }

    /// <summary>Gets or sets the leaf that was published before, and until when its anchors are kept for its last users.</summary>
    public (TlsCertificate Leaf, DateTimeOffset Until)? MovedFrom { get; set; }

    public List<Membership> Members { get; } = [];

    /// <summary>Gets which refusals the log has already.</summary>
    public LoggedRejections Rejections { get; } = new();

    public List<TaskCompletionSource> Waiters { get; } = [];

    /// <summary>Gets or sets how many other names need this one.</summary>
    public int Holds { get; set; }

    /// <summary>Gets or sets a value indicating whether the route had no room for the name.</summary>
    public bool IsOverLimit { get; set; }

    /// <summary>Gets or sets the route on which the name counts, or null.</summary>
    public string? Place { get; set; }

    public LinkedListNode<NameEntry>? IdleNode { get; set; }

    public DateTimeOffset? IdleUntil { get; set; }

    /// <summary>Gets or sets when time alone may change the decision.</summary>
    public DateTimeOffset? DecideAt { get; set; }

    /// <summary>Gets or sets the instant for which the name stands in the wake queue.</summary>
    public DateTimeOffset? Wake { get; set; }

    public bool IsRemoved { get; set; }

    public bool IsWanted => Members.Count > 0 || Holds > 0 || Waiters.Count > 0;

    /// <summary>Sets back, with the clock, every instant from or to which a time is counted.</summary>
    public void SetBack(TimeSpan by)
    {
        Slots = [.. Slots.Select(slot => slot.SetBack(by))];
        CarriedSince -= by;
        HeldSince -= by;
        IdleUntil -= by;
        MovedFrom = MovedFrom is { } moved ? (moved.Leaf, moved.Until - by) : null;
    }
}
