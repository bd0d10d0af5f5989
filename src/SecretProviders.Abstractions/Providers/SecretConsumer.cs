namespace SecretProviders;

/// <summary>Who subscribes. What is not authenticated (the node's fields) is a hint and never grants anything.</summary>
/// <param name="Connection">Names the connection; unique while it lives.</param>
public sealed record SecretConsumer(string Connection)
{
    /// <summary>Gets the authenticated TLS identity (a SPIFFE ID, else a subject alternative name), or null.</summary>
    public string? TlsIdentity { get; init; }

    /// <summary>Gets the xDS node id that the consumer claims, or null.</summary>
    public string? NodeId { get; init; }

    /// <summary>Gets the xDS node cluster that the consumer claims, or null.</summary>
    public string? NodeCluster { get; init; }

    /// <summary>Gets the user id of a peer on a Unix socket, or null.</summary>
    public uint? UserId { get; init; }

    /// <summary>Gets the group id of a peer on a Unix socket, or null.</summary>
    public uint? GroupId { get; init; }

    /// <summary>Gets the process id of a peer on a Unix socket, or null.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Gets what tells consumers apart: the TLS identity, else the node id, else the connection.</summary>
    public string Id => TlsIdentity ?? NodeId ?? Connection;
}
