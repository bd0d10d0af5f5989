using SecretProviders.Xds.Protos.Core;

namespace SecretProviders.Xds.Sds;

/// <summary>What one request means for the subscription.</summary>
internal sealed class StreamChange
{
    private List<string>? _add;
    private List<string>? _remove;

    /// <summary>Gets the node that the request carried, or null.</summary>
    public Node? Node { get; init; }

    /// <summary>Gets the names that are new.</summary>
    public List<string> Add => _add ??= [];

    /// <summary>Gets the names that are no longer wanted.</summary>
    public List<string> Remove => _remove ??= [];

    /// <summary>Gets a value indicating whether a name is new or no longer wanted.</summary>
    public bool HasMoves => _add is { Count: > 0 } || _remove is { Count: > 0 };

    /// <summary>Gets or sets the version that the request acknowledges or refuses, or null.</summary>
    public (string Name, SecretVersion Version)? Settled { get; set; }

    /// <summary>Gets the peer's reason for a refusal, or null for an acknowledgement.</summary>
    public string? Refusal { get; init; }
}
