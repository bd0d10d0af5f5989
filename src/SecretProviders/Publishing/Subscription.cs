using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SecretProviders.Aggregation;
using SecretProviders.Aggregation.Readers;

namespace SecretProviders.Publishing;

/// <summary>
/// A consumer's names and which of them have news. Holds each name once however often it changes, so memory is bounded
/// by names; the reader takes the latest snapshots when its turn comes.
/// </summary>
internal sealed class Subscription(NameReaders readers, SecretConsumer consumer) : ISecretSubscription
{
    private readonly Lock _gate = new();
    private readonly AsyncSignal _news = new();
    private readonly Dictionary<string, Membership> _members = new(StringComparer.Ordinal);
    private readonly HashSet<Membership> _dirty = [];
    private bool _reading;
    private bool _ended;

    public SecretConsumer Consumer { get; } = consumer;

    /// <summary>Gets a value indicating whether the names count against the consumer's limit.</summary>
    public bool IsLimited { get; init; } = true;

    public IAsyncEnumerable<SecretChangeBatch> ReadAllAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _reading, true))
        {
            throw new InvalidOperationException("A subscription is read once; subscribe again for a second reader.");
        }

        return ReadAsync(cancellationToken);
    }

    public void Update(IEnumerable<string> add, IEnumerable<string> remove) => readers.Update(this, [.. add], [.. remove]);

    public void Report(string name, SecretVersion version, SecretOutcome outcome, string? detail = null) =>
        readers.Report(this, name, version, outcome, detail);

    public ValueTask DisposeAsync()
    {
        readers.Release(this);
        End();
        return ValueTask.CompletedTask;
    }

    /// <summary>Lets the reader finish.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
        }

        _news.Set();
    }

    public void Signal() => _news.Set();

    /// <summary>Marks a name as having news. Called under the aggregate's gate, before the next name of a batch is published.</summary>
    public void MarkDirty(Membership member)
    {
        lock (_gate)
        {
            _dirty.Add(member);
        }
    }

    /// <summary>Adds a name, or has one that is held delivered again. Called under the aggregate's gate.</summary>
    /// <returns>The membership if it is new, else null.</returns>
    public Membership? Add(NameEntry entry)
    {
        lock (_gate)
        {
            if (_members.TryGetValue(entry.Name, out var held))
            {
                held.Delivered = null;
                _dirty.Add(held);
                return null;
            }

            var member = new Membership(this, entry);
            _members.Add(entry.Name, member);
            _dirty.Add(member);
            return member;
        }
    }

    /// <summary>Removes a name; returns its membership, or null if it was not held.</summary>
    public Membership? Remove(string name)
    {
        lock (_gate)
        {
            if (_members.Remove(name, out var member))
            {
                _dirty.Remove(member);
            }

            return member;
        }
    }

    public Membership? Find(string name)
    {
        lock (_gate)
        {
            return _members.GetValueOrDefault(name);
        }
    }

    public ImmutableArray<string> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _members.Keys];
            }
        }
    }

    /// <summary>Yields what is published of one name whenever any of it changes, also what is no news to a consumer.</summary>
    public async IAsyncEnumerable<Published> ReadPublishedAsync(string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var wake = WakeOn(cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            var published = TakePublished(name, out var ended);
            if (published is not null)
            {
                yield return published;
            }
            else if (ended)
            {
                yield break;
            }
            else
            {
                await _news.WaitAsync().ConfigureAwait(false);
            }
        }
    }

    private Published? TakePublished(string name, out bool ended)
    {
        lock (_gate)
        {
            ended = _ended;
            if (ended || !_members.TryGetValue(name, out var member) || !_dirty.Remove(member))
            {
                return null;
            }

            return member.Entry.Published;
        }
    }

    // Cancelling wakes the reader instead of throwing at it: thousands of streams end at once when a host drains.
    private CancellationTokenRegistration WakeOn(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static state => ((Subscription)state!)._news.Set(), this);

    private async IAsyncEnumerable<SecretChangeBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var wake = WakeOn(cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            if (Take(out var ended) is { } batch)
            {
                yield return batch;
                continue;
            }

            if (ended)
            {
                yield break;
            }

            await _news.WaitAsync().ConfigureAwait(false);
        }
    }

    private SecretChangeBatch? Take(out bool ended)
    {
        lock (_gate)
        {
            ended = _ended;
            if (ended || _dirty.Count == 0)
            {
                return null;
            }

            var changes = ImmutableArray.CreateBuilder<SecretSnapshot>(_dirty.Count);
            var revision = 0L;
            foreach (var member in _dirty)
            {
                // Read here, under the gate: a leaf published after its trust was marked cannot overtake it.
                var snapshot = member.Entry.Snapshot;
                if (snapshot.Status != SecretStatus.Pending && !SnapshotChange.IsSame(member.Delivered, snapshot))
                {
                    member.Delivered = snapshot;
                    changes.Add(snapshot);
                    revision = Math.Max(revision, snapshot.Revision);
                }
            }

            _dirty.Clear();
            return changes.Count == 0 ? null : new SecretChangeBatch(revision, TrustFirst(changes));
        }
    }

    private static ImmutableArray<SecretSnapshot> TrustFirst(ImmutableArray<SecretSnapshot>.Builder changes) =>
        changes.Count == 1
            ? changes.DrainToImmutable()
            : [.. changes.Where(static change => change.Kind == SecretKind.ValidationContext), .. changes.Where(static change => change.Kind != SecretKind.ValidationContext)];
}
