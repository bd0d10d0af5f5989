using System.Collections.Immutable;
using System.Globalization;

namespace SecretProviders.Testing;

/// <summary>
/// A provider that works, in memory, for tests of what embeds one: the test sets what each name holds, subscriptions
/// conflate and put trust first as the contract says, reports are recorded. A name that was never set is Absent.
/// Safe for use by any number of threads.
/// </summary>
public sealed class FakeSecretProvider : ISecretProvider, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SignalList _signals = new();
    private readonly Dictionary<string, SecretSnapshot> _snapshots = new(StringComparer.Ordinal);
    private readonly Dictionary<Secret, SecretVersion> _versions = [];
    private readonly HashSet<FakeSecretSubscription> _subscriptions = [];
    private ImmutableArray<SecretReport> _reports = [];
    private long _revision;
    private bool _disposed;

    /// <summary>Gets how many names one subscription may hold, or null for any number.</summary>
    public int? NamesPerConsumer { get; init; }

    /// <summary>Gets what consumers reported, in order.</summary>
    public ImmutableArray<SecretReport> Reports
    {
        get
        {
            lock (_gate)
            {
                return _reports;
            }
        }
    }

    /// <summary>Gets who is subscribed now, once per subscription.</summary>
    public ImmutableArray<SecretConsumer> Consumers
    {
        get
        {
            lock (_gate)
            {
                return [.. _subscriptions.Select(static subscription => subscription.Consumer)];
            }
        }
    }

    /// <summary>Makes a name Available.</summary>
    /// <param name="name">The name.</param>
    /// <param name="secret">Its secret; equal secrets have equal versions.</param>
    public void Set(string name, Secret secret) => Set(new SecretSnapshot(name, SecretStatus.Available) { Secret = secret });

    /// <summary>Makes a name Absent.</summary>
    /// <param name="name">The name.</param>
    public void Remove(string name) => Set(new SecretSnapshot(name, SecretStatus.Absent));

    /// <summary>Gives a name another status. Stale keeps the secret; every other status but Available has none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="status">The status.</param>
    /// <param name="problem">What is wrong, or null.</param>
    public void SetStatus(string name, SecretStatus status, SecretProblem? problem = null)
    {
        var secret = status is SecretStatus.Available or SecretStatus.Stale ? Current(name).Secret : null;
        Set(new SecretSnapshot(name, status) { Secret = secret, Problem = problem });
    }

    /// <summary>Sets all that is known of a name; an equal snapshot is no event. Version, kind and revision are filled in.</summary>
    /// <param name="snapshot">What the name is to be.</param>
    public void Set(SecretSnapshot snapshot)
    {
        lock (_gate)
        {
            var previous = _snapshots.GetValueOrDefault(snapshot.Name);
            var next = snapshot with
            {
                Kind = snapshot.Kind ?? snapshot.Secret?.Kind ?? previous?.Kind,
                Version = snapshot.Version != default || snapshot.Secret is null ? snapshot.Version : GetVersion(snapshot.Secret),
                Revision = previous?.Revision ?? 0,
            };
            if (next.Equals(previous))
            {
                return;
            }

            _snapshots[snapshot.Name] = next with { Revision = ++_revision };
            foreach (var subscription in _subscriptions)
            {
                subscription.Notify(snapshot.Name);
            }
        }

        _signals.Pulse();
    }

    /// <inheritdoc/>
    public SecretSnapshot Current(string name)
    {
        lock (_gate)
        {
            return _snapshots.GetValueOrDefault(name) ?? new SecretSnapshot(name, SecretStatus.Absent);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<SecretSnapshot> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        await _signals.WaitAsync(() => Current(name).Status != SecretStatus.Pending, $"'{name}' to be set", cancellationToken).ConfigureAwait(false);
        return Current(name);
    }

    /// <inheritdoc/>
    public ISecretSubscription Subscribe(SecretConsumer consumer, params IEnumerable<string> names)
    {
        var subscription = new FakeSecretSubscription(this, consumer);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            subscription.Update(names, []);
            _subscriptions.Add(subscription);
        }

        _signals.Pulse();
        return subscription;
    }

    /// <summary>Counts the subscriptions that hold a name now.</summary>
    /// <param name="name">The name.</param>
    public int Subscribers(string name)
    {
        lock (_gate)
        {
            return _subscriptions.Count(subscription => subscription.Holds(name));
        }
    }

    /// <summary>Waits until a name has at least so many subscribers.</summary>
    /// <param name="name">The name.</param>
    /// <param name="subscribers">How many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not happen within the time after which a test counts as hanging.</exception>
    public Task WhenSubscribedAsync(string name, int subscribers = 1, CancellationToken cancellationToken = default) =>
        _signals.WaitAsync(() => Subscribers(name) >= subscribers, $"{subscribers} subscribers of '{name}'", cancellationToken);

    /// <summary>Waits until nobody subscribes to a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not happen within the time after which a test counts as hanging.</exception>
    public Task WhenReleasedAsync(string name, CancellationToken cancellationToken = default) =>
        _signals.WaitAsync(() => Subscribers(name) == 0, $"the release of '{name}'", cancellationToken);

    /// <summary>Waits until a report that meets a condition was made, since the beginning.</summary>
    /// <param name="predicate">The condition.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The first such report.</returns>
    /// <exception cref="TimeoutException">It did not happen within the time after which a test counts as hanging.</exception>
    public async Task<SecretReport> WhenReportedAsync(Func<SecretReport, bool> predicate, CancellationToken cancellationToken = default)
    {
        await _signals.WaitAsync(() => Reports.Any(predicate), "a report", cancellationToken).ConfigureAwait(false);
        return Reports.First(predicate);
    }

    /// <summary>Completes every subscription.</summary>
    public async ValueTask DisposeAsync()
    {
        FakeSecretSubscription[] subscriptions;
        lock (_gate)
        {
            _disposed = true;
            subscriptions = [.. _subscriptions];
        }

        foreach (var subscription in subscriptions)
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal (long Revision, ImmutableArray<SecretSnapshot> Snapshots) Read(IReadOnlyCollection<string> names)
    {
        lock (_gate)
        {
            return (_revision, [.. names.Select(Current)]);
        }
    }

    internal void Record(SecretReport report)
    {
        lock (_gate)
        {
            _reports = _reports.Add(report);
        }

        _signals.Pulse();
    }

    internal void NamesChanged() => _signals.Pulse();

    internal void Leave(FakeSecretSubscription subscription)
    {
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
        }

        _signals.Pulse();
    }

    private SecretVersion GetVersion(Secret secret)
    {
        if (!_versions.TryGetValue(secret, out var version))
        {
            version = new SecretVersion((_versions.Count + 1).ToString("x64", CultureInfo.InvariantCulture));
            _versions.Add(secret, version);
        }

        return version;
    }
}
