namespace SecretProviders.Sds;

/// <summary>
/// Decides at which of several servers of equal standing a stream is opened next: the one that served last, and after
/// two failed attempts there the next one. Pure. For one user at a time.
/// </summary>
/// <param name="count">How many servers there are.</param>
/// <param name="longest">The longest time that an attempt may ever take.</param>
internal sealed class EndpointSelector(int count, TimeSpan longest)
{
    private const int AttemptsEach = 2;

    // Streams beyond what a connection may have are turned away unread, all but a few on each new connection of a server that
    // allows few: until its settings have come HTTP goes by a limit of its own.
    private const int AttemptsWhenTurnedAway = 8;

    /// <summary>How long a server may take to show that it is there, at first.</summary>
    public static readonly TimeSpan Detection = TimeSpan.FromMilliseconds(500);

    private int _attempts;
    private int _tried;
    private int _rounds;
    private bool _definite = true;

    /// <summary>Gets the server to go to.</summary>
    public int Current { get; private set; }

    /// <summary>Gets how many rounds in a row have failed at every server.</summary>
    public int FailedRounds => _rounds;

    /// <summary>Gets how long the next attempt may take until the server shows that it is there; longer with each round, for slow networks.</summary>
    public TimeSpan Limit
    {
        get
        {
            var limit = Detection.Ticks * Math.Pow(2, _rounds);
            return limit < longest.Ticks ? TimeSpan.FromTicks((long)limit) : longest;
        }
    }

    /// <summary>The server has served for a while.</summary>
    public void Succeeded()
    {
        Restart();
        _rounds = 0;
    }

    /// <summary>The attempt failed.</summary>
    /// <param name="definite">Whether a second one would fail too: refused, no such socket, no trust.</param>
    /// <param name="allDefinite">Whether every attempt of the round that ends here was so.</param>
    /// <param name="isTurnedAway">Whether the server has turned the stream away unread, and may take it on another connection.</param>
    /// <returns>Whether every server has failed now, so that it is time to say so and to wait.</returns>
    public bool Failed(bool definite, out bool allDefinite, bool isTurnedAway = false)
    {
        _definite &= definite;
        allDefinite = _definite;
        if (!definite && ++_attempts < (isTurnedAway ? AttemptsWhenTurnedAway : AttemptsEach))
        {
            return false;
        }

        _attempts = 0;
        Current = (Current + 1) % count;
        if (++_tried < count)
        {
            return false;
        }

        Restart();
        _rounds++;
        return true;
    }

    private void Restart()
    {
        _attempts = 0;
        _tried = 0;
        _definite = true;
    }
}
