namespace SecretProviders.Sds;

/// <summary>What a subscription knows of one name; outlives the stream, so that a reconnect can resume.</summary>
internal sealed class SubscribedName(string name)
{
    public string Name { get; } = name;

    /// <summary>Gets what was last said of the name, or null before the first answer.</summary>
    public SecretState? Said { get; private set; }

    /// <summary>Gets or sets what the last resource of the name was read as, or null, also while its files are being read.</summary>
    public SecretState? Verdict { get; set; }

    /// <summary>Gets or sets the digest of the bytes of that resource: equal bytes are not read again.</summary>
    public ReadOnlyMemory<byte> Digest { get; set; }

    /// <summary>Gets or sets the server's version of that resource, empty when it has none, and the server: another one's versions may mean other things.</summary>
    public (string Version, string? Server) Received { get; set; } = (string.Empty, null);

    /// <summary>Gets or sets the files that the resource names, or null.</summary>
    public INamedFiles? Files { get; set; }

    /// <summary>Gets the last find, until the server takes it back.</summary>
    public SecretState.Found? Held { get; private set; }

    /// <summary>Gets what <see cref="Received"/> was for <see cref="Held"/>.</summary>
    public (string Version, string? Server) HeldAs { get; private set; } = (string.Empty, null);

    /// <summary>Gets or sets a value indicating whether the present stream has asked for the name.</summary>
    public bool IsAsked { get; set; }

    /// <summary>Gets or sets a value indicating whether the present stream has answered for the name.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Gets or sets when silence begins to mean something, or null.</summary>
    public TimeSpan? SilentAt { get; set; }

    /// <summary>Gets a value indicating whether files must be read before anything can be said.</summary>
    public bool IsBeingRead => Files is not null && Verdict is null;

    /// <summary>Gets why nothing is heard of the name, or null: the server is out of reach or refuses.</summary>
    private SecretState? Failure { get; set; }

    /// <summary>The server has answered for the name, be it by silence.</summary>
    public void Hear()
    {
        IsAnswered = true;
        SilentAt = null;
        Failure = null;
    }

    /// <summary>The server is out of reach, or refuses.</summary>
    public void Fail(SecretState failure, SubscriptionNews news)
    {
        SilentAt = null;
        Failure = null;
        Say(failure, news);
        Failure = failure;
    }

    /// <summary>Takes in what the server has said without a resource, be it by silence.</summary>
    public void Conclude(SecretState state, SubscriptionNews news)
    {
        if (state is SecretState.Unavailable)
        {
            Fail(state, news);
            return;
        }

        if (state is SecretState.NotFound)
        {
            Forget();
        }

        Hear();
        Say(state, news);
    }

    /// <summary>Says what the name is. What only files say while the server is not heard is no find, but a fresher last good.</summary>
    public void Say(SecretState state, SubscriptionNews news)
    {
        var said = Failure is { } failure ? failure with { LastGood = state as SecretState.Found } : state;
        news.IsNew |= !said.Equals(Said);
        Said = said;
        news.States.Add((Name, said));
    }

    public void Hold(SecretState.Found found)
    {
        Held = found;
        HeldAs = Received;
    }

    /// <summary>Goes back to what is held: what came after it counts no more.</summary>
    public void Return()
    {
        Verdict = Held;
        Digest = default;
        LeaveFiles();
    }

    /// <summary>Forgets what was found: the server has taken it back.</summary>
    public void Forget()
    {
        Held = null;
        Return();
    }

    public void LeaveFiles()
    {
        Files?.Dispose();
        Files = null;
    }
}
