namespace SecretProviders.Sds;

/// <summary>What became of one event of a subscription.</summary>
internal sealed class SubscriptionNews
{
    private const int MaxReason = 4096;

    /// <summary>Gets the states to publish, in order.</summary>
    public List<(string Name, SecretState State)> States { get; } = [];

    /// <summary>Gets why the response is not acknowledged, a reason for each unsound resource; empty when it is.</summary>
    public List<string> Refusals { get; } = [];

    /// <summary>Gets the reasons as one text of bounded length, each once; or null.</summary>
    public string? Refusal
    {
        get
        {
            var reason = string.Join(" ", Refusals.Distinct(StringComparer.Ordinal));
            return reason.Length == 0 ? null : reason.Length <= MaxReason ? reason : reason[..MaxReason];
        }
    }

    /// <summary>Gets the names that the server answers for and nobody has asked for.</summary>
    public List<string> Foreign { get; } = [];

    /// <summary>Gets the names that this stream cannot get an answer for: they need a new one.</summary>
    public List<string> Stranded { get; } = [];

    /// <summary>Gets the names whose files are being read: the response is not answered before.</summary>
    public HashSet<string> Pending { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets a value indicating whether the response said anything that was not known.</summary>
    public bool IsNew { get; set; }
}
