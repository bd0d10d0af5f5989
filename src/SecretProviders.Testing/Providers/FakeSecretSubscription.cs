using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace SecretProviders.Testing;

/// <summary>A set of names and, of these, the changed ones: memory is bounded by names, never by events.</summary>
internal sealed class FakeSecretSubscription(FakeSecretProvider provider, SecretConsumer consumer) : ISecretSubscription
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly Channel<bool> _wakeUps =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private bool _read;

    public SecretConsumer Consumer => consumer;

    public async IAsyncEnumerable<SecretChangeBatch> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _read, true))
        {
            throw new InvalidOperationException("A subscription is read once.");
        }

        // A second signal beside the channel's own end: cancelling the reading must not end the subscription.
        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = cancellationToken.UnsafeRegister(static source => ((TaskCompletionSource<bool>)source!).TrySetResult(false), cancelled);
        while (!cancellationToken.IsCancellationRequested)
        {
            var woken = await Task.WhenAny(cancelled.Task, _wakeUps.Reader.WaitToReadAsync(CancellationToken.None).AsTask()).ConfigureAwait(false);
            if (!await woken.ConfigureAwait(false))
            {
                yield break;
            }

            _wakeUps.Reader.TryRead(out _);
            if (TakeBatch() is { } batch)
            {
                yield return batch;
            }
        }
    }

    public void Update(IEnumerable<string> add, IEnumerable<string> remove)
    {
        lock (_gate)
        {
            var names = new HashSet<string>(_names, StringComparer.Ordinal);
            names.ExceptWith(remove);
            string[] added = [.. add];
            names.UnionWith(added);
            if (names.Count > provider.NamesPerConsumer)
            {
                throw new SecretLimitException($"A consumer may hold {provider.NamesPerConsumer} names: see FakeSecretProvider.NamesPerConsumer.");
            }

            _names.Clear();
            _names.UnionWith(names);
            _changed.IntersectWith(names);
            _changed.UnionWith(added);
        }

        _wakeUps.Writer.TryWrite(true);
        provider.NamesChanged();
    }

    public void Report(string name, SecretVersion version, SecretOutcome outcome, string? detail = null) =>
        provider.Record(new SecretReport(consumer, name, version, outcome, detail));

    public ValueTask DisposeAsync()
    {
        provider.Leave(this);

        // What was not read yet is taken, so that the stream ends now.
        _wakeUps.Writer.TryComplete();
        _wakeUps.Reader.TryRead(out _);
        return ValueTask.CompletedTask;
    }

    public bool Holds(string name)
    {
        lock (_gate)
        {
            return _names.Contains(name);
        }
    }

    public void Notify(string name)
    {
        lock (_gate)
        {
            if (!_names.Contains(name))
            {
                return;
            }

            _changed.Add(name);
        }

        _wakeUps.Writer.TryWrite(true);
    }

    private SecretChangeBatch? TakeBatch()
    {
        string[] names;
        lock (_gate)
        {
            names = [.. _changed];
            _changed.Clear();
        }

        var (revision, snapshots) = provider.Read(names);

        // A name still Pending is not lost: its next change marks it again.
        var known = snapshots
            .Where(static snapshot => snapshot.Status != SecretStatus.Pending)
            .OrderBy(static snapshot => snapshot.Kind == SecretKind.ValidationContext ? 0 : 1)
            .ThenBy(static snapshot => snapshot.Name, StringComparer.Ordinal);
        var batch = new SecretChangeBatch(revision, [.. known]);
        return batch.Changes.IsEmpty ? null : batch;
    }
}
