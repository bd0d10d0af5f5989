namespace SecretProviders.Sds;

/// <summary>What a subscription knows of one name; outlives the stream, so that a reconnect can resume.</summary>
internal sealed class SubscribedName(string name)
{
    public string Name { get; } = name;

    /// <summary>Gets or sets what was last said of the name, or null before the first answer.</summary>
    public SecretState? Said { get; set; }

    /// <summary>Gets or sets what the last resource of the name was read as, or null.</summary>
    public SecretState? Verdict { get; set; }

    /// <summary>Gets or sets the digest of the bytes that <see cref="Verdict"/> was read from: equal bytes are not read again.</summary>
    public ReadOnlyMemory<byte> Digest { get; set; }

    /// <summary>Gets or sets the last find, until the server takes it back.</summary>
    public SecretState.Found? Held { get; set; }

    /// <summary>Gets or sets the server's version of <see cref="Held"/>; empty when it has none.</summary>
    public string HeldVersion { get; set; } = string.Empty;

    /// <summary>Gets or sets the server that <see cref="HeldVersion"/> is of: another one's versions may mean other things.</summary>
    public string? HeldFrom { get; set; }

    /// <summary>Gets or sets a value indicating whether the present stream has asked for the name.</summary>
    public bool IsAsked { get; set; }

    /// <summary>Gets or sets a value indicating whether the present stream has answered for the name.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Gets or sets when silence begins to mean something, or null.</summary>
    public TimeSpan? SilentAt { get; set; }
}
