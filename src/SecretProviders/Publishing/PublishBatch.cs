namespace SecretProviders.Publishing;

/// <summary>What one change set in motion; the news goes out after the lock is left.</summary>
/// <remarks>
/// Each state of a source and each report of a consumer makes one. Most touch one subscription or none and wake nobody,
/// so collections are made only when they are needed.
/// </remarks>
internal sealed class PublishBatch
{
    private Subscription? _first;
    private HashSet<Subscription>? _others;
    private List<TaskCompletionSource>? _waiters;

    public bool HasChanges { get; set; }

    public void Touch(Subscription subscription)
    {
        _first ??= subscription;
        if (subscription != _first)
        {
            (_others ??= []).Add(subscription);
        }
    }

    public void Release(IEnumerable<TaskCompletionSource> waiters)
    {
        if (waiters is not ICollection<TaskCompletionSource> { Count: 0 })
        {
            (_waiters ??= []).AddRange(waiters);
        }
    }

    public void Signal()
    {
        _first?.Signal();
        if (_others is not null)
        {
            foreach (var subscription in _others)
            {
                subscription.Signal();
            }
        }

        _waiters?.ForEach(static waiter => waiter.TrySetResult());
    }
}
