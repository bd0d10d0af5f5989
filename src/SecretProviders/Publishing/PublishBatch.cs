namespace SecretProviders.Publishing;

/// <summary>What one change set in motion; the news goes out after the lock is left.</summary>
internal sealed class PublishBatch
{
    private readonly HashSet<Subscription> _touched = [];
    private readonly List<TaskCompletionSource> _waiters = [];

    public bool HasChanges { get; set; }

    /// <summary>Gets or sets a value indicating whether a name gained or lost a reader.</summary>
    public bool HasMoves { get; set; }

    public void Touch(Subscription subscription) => _touched.Add(subscription);

    public void Release(IEnumerable<TaskCompletionSource> waiters) => _waiters.AddRange(waiters);

    public void Signal()
    {
        foreach (var subscription in _touched)
        {
            subscription.Signal();
        }

        foreach (var waiter in _waiters)
        {
            waiter.TrySetResult();
        }
    }
}
