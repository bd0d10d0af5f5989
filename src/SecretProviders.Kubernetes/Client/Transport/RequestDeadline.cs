namespace SecretProviders.Kubernetes.Client.Transport;

/// <summary>
/// How long the server may let a request wait: from when it is sent, anew with each part of the answer. What happens
/// before, such as a plugin that makes a token, has limits of its own.
/// </summary>
internal sealed class RequestDeadline : IDisposable
{
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _either;

    /// <summary>Makes a deadline that does not run yet.</summary>
    /// <param name="patience">How long the server may be silent.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="caller">Gives up the whole request.</param>
    public RequestDeadline(TimeSpan patience, TimeProvider timeProvider, CancellationToken caller)
    {
        _patience = patience;
        _deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _deadline.Token);
        Caller = caller;
    }

    /// <summary>Gets the token of who asked.</summary>
    public CancellationToken Caller { get; }

    /// <summary>Gets the token that is cancelled by who asked, and at the deadline.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Lets it run from now.</summary>
    /// <param name="patience">For how long, or null for the usual time.</param>
    public void Begin(TimeSpan? patience = null) => _deadline.CancelAfter(patience ?? _patience);

    /// <summary>Lets it rest.</summary>
    public void Pause() => _deadline.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _deadline.Dispose();
    }
}
