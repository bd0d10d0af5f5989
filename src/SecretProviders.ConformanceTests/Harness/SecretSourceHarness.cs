using System.Collections.Immutable;
using SecretProviders.Testing;

namespace SecretProviders.ConformanceTests;

/// <summary>
/// What a test may do to the store behind a source. One harness per kind of backend: a fake on the real wire, and a
/// second one for the real server, under the same suites. A new harness, with an empty store, serves each test.
/// </summary>
public abstract class SecretSourceHarness : IAsyncDisposable
{
    private readonly Lazy<TestCertificateAuthority> _authority;

    /// <summary>Makes a harness; what takes time belongs into <see cref="StartAsync"/>.</summary>
    /// <param name="start">
    /// Where <see cref="Clock"/> begins; null for some fixed instant. A real server with TLS needs the present: its
    /// certificate is judged by that clock.
    /// </param>
    protected SecretSourceHarness(DateTimeOffset? start = null)
    {
        Clock = new ManualTimeProvider(start);
        _authority = new Lazy<TestCertificateAuthority>(() => new TestCertificateAuthority("Conformance CA", Clock));
    }

    /// <summary>Gets the clock that the source is to use.</summary>
    public ManualTimeProvider Clock { get; }

    /// <summary>Gets or sets how the suite tells <see cref="Awaited"/>.</summary>
    internal Func<ImmutableArray<SecretReference>> AwaitedBySuite { get; set; } = static () => [];

    /// <summary>
    /// Gets or sets the delays of timers that must not be reached now, since a question is under way while one of them
    /// runs: one that begins after the suite has looked.
    /// </summary>
    internal ImmutableArray<TimeSpan> Spared { get; set; } = [];

    /// <summary>Gets where the source is to log: a factory and a provider.</summary>
    public LogCollector Logs { get; } = new();

    /// <summary>Gets an authority on the same clock.</summary>
    public TestCertificateAuthority Authority => _authority.Value;

    /// <summary>Gets text that appears nowhere but in unsound secrets, and so must appear nowhere else.</summary>
    public string Marker { get; } = $"marker-{Guid.NewGuid():N}";

    /// <summary>Gets the kinds that the source can find; the first one stands for all where the kind does not matter.</summary>
    public abstract ImmutableArray<SecretKind> Kinds { get; }

    /// <summary>Gets what cannot be done here, each with its reason.</summary>
    public virtual ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty;

    /// <summary>Gets the source's time-out: within it, on <see cref="Clock"/>, the first state comes.</summary>
    public virtual TimeSpan Timeout => TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets the delays of those timers of the source that end its wait for an answer. While one of them runs, a
    /// question may be under way, so the suites leave the store time for it before they move <see cref="Clock"/>
    /// (unless the store is <see cref="StoreFault.Silent"/>). A source that waits for answers in other ways too adds them.
    /// </summary>
    public virtual ImmutableArray<TimeSpan> AnswerDeadlines => [Timeout];

    /// <summary>
    /// Gets the references whose watches have found nothing so far, or lost it. Where a store that cannot tell absence
    /// holds one of them, silence about it is a question under way: <see cref="AnswerDeadlines"/> may depend on it.
    /// </summary>
    protected ImmutableArray<SecretReference> Awaited => AwaitedBySuite();

    /// <summary>
    /// Gets how long the store asks to be left alone while it is <see cref="StoreFault.Throttled"/>, or null when it
    /// does not say: the state carries it, and the source asks no earlier.
    /// </summary>
    public virtual TimeSpan? RetryAfter => null;

    /// <summary>
    /// Gets a value indicating whether <see cref="StoreFault.Down"/> is a fault that waiting does not mend (refused, no
    /// such socket, wrong certificate): the state says so. Null when the fault is sometimes the one and sometimes the other.
    /// </summary>
    public virtual bool? DownIsDefinite => null;

    /// <summary>Gets after how long of real time a wait counts as failed. No test passes because of it.</summary>
    public virtual TimeSpan Patience => TimeSpan.FromSeconds(60);

    /// <summary>Gets the size of the largest generic value that the store takes.</summary>
    public virtual int LargestValue => 1024 * 1024;

    /// <summary>Gets names that the store takes although they look odd; each is written and read back.</summary>
    public virtual ImmutableArray<string> UnusualNames => ["a.b", "with-dash_and_underscore", "folder/inner"];

    /// <summary>Starts the store, empty.</summary>
    public virtual ValueTask StartAsync() => ValueTask.CompletedTask;

    /// <summary>Makes a source over the store, as a user's configuration would, on <see cref="Clock"/> and <see cref="Logs"/>.</summary>
    public abstract ISecretSource CreateSource();

    /// <summary>Makes the reference of a secret in the store's own way of naming.</summary>
    /// <param name="name">A short name of letters, or one of <see cref="UnusualNames"/>.</param>
    /// <param name="kind">The kind that is wanted.</param>
    public virtual SecretReference Reference(string name, SecretKind kind) => new(name) { Kind = kind };

    /// <summary>Gets what the certificates of a reference must hold for the source to find them sound; by default nothing in particular.</summary>
    /// <param name="reference">From <see cref="Reference"/>.</param>
    public virtual TestCertificateOptions CertificateOptions(SecretReference reference) => new();

    /// <summary>Writes a secret into the store, new or over an old one, as the store's users do.</summary>
    /// <param name="reference">From <see cref="Reference"/>.</param>
    /// <param name="secret">One of <see cref="Kinds"/>.</param>
    public virtual Task PutAsync(SecretReference reference, Secret secret) => throw NotOverridden(nameof(PutAsync), SourceAbility.Write);

    /// <summary>
    /// Writes a pair part by part, where the store's users can; <paramref name="between"/> runs after each part but
    /// the last. A store that only writes whole secrets leaves this as it is.
    /// </summary>
    /// <param name="reference">From <see cref="Reference"/>.</param>
    /// <param name="secret">The pair.</param>
    /// <param name="between">Gives the source a chance to see the half.</param>
    public virtual async Task PutInPartsAsync(SecretReference reference, TlsCertificate secret, Func<Task> between)
    {
        await between().ConfigureAwait(false);
        await PutAsync(reference, secret).ConfigureAwait(false);
    }

    /// <summary>Deletes a secret from the store.</summary>
    /// <param name="reference">From <see cref="Reference"/>.</param>
    public virtual Task DeleteAsync(SecretReference reference) => throw NotOverridden(nameof(DeleteAsync), SourceAbility.Delete);

    /// <summary>Changes a secret. Where tests write, that is a new one; a source that makes its own makes the next.</summary>
    /// <param name="reference">From <see cref="Reference"/>.</param>
    public virtual Task RotateAsync(SecretReference reference) => PutAsync(reference, this.NewSecret(reference));

    /// <summary>
    /// Breaks at least this secret, and at most the whole store, until <see cref="HealAsync"/>. For
    /// <see cref="StoreFault.Unsound"/> what is stored holds <see cref="Marker"/>.
    /// </summary>
    /// <param name="reference">From <see cref="Reference"/>.</param>
    /// <param name="fault">How.</param>
    public virtual Task BreakAsync(SecretReference reference, StoreFault fault) => throw NotOverridden(nameof(BreakAsync), AbilityOf(fault));

    /// <summary>Undoes <see cref="BreakAsync"/>; the store holds what it held before.</summary>
    /// <param name="reference">From <see cref="Reference"/>.</param>
    public virtual Task HealAsync(SecretReference reference) => Task.CompletedTask;

    /// <summary>
    /// Makes the source look: moves <see cref="Clock"/> to the next timer (a poll, a back-off, a time-out), or delivers
    /// an event. Never sleeps. Is called again while a test waits, so it need not know whether the source has begun to
    /// wait. A source whose secrets change by the clock itself overrides it.
    /// </summary>
    public virtual Task SettleAsync()
    {
        Clock.AdvanceToNext(Spared.AsSpan());
        return Task.CompletedTask;
    }

    /// <summary>Counts the watches (or polls, or subscriptions) that the store bears for one reference now.</summary>
    /// <param name="reference">From <see cref="Reference"/>.</param>
    public virtual int WatchesAtStore(SecretReference reference) => throw NotOverridden(nameof(WatchesAtStore), SourceAbility.CountWatches);

    /// <summary>Counts the questions (reads, connection attempts) that the store got about one reference since the start, answered or not.</summary>
    /// <param name="reference">From <see cref="Reference"/>.</param>
    public virtual int ReadsAtStore(SecretReference reference) => throw NotOverridden(nameof(ReadsAtStore), SourceAbility.CountReads);

    /// <summary>
    /// Places a sound secret where only a key that escapes the source's base leads (beside the base folder, above the
    /// base path of a URL), under the name <c>outside</c>. A store without an outside leaves this as it is.
    /// </summary>
    public virtual Task PlantOutsideAsync() => Task.CompletedTask;

    /// <summary>Tells whether something can be done here.</summary>
    /// <param name="ability">What.</param>
    public bool Can(SourceAbility ability) => !Gaps.ContainsKey(ability);

    /// <summary>Tells whether a fault can happen here.</summary>
    /// <param name="fault">The fault.</param>
    public bool Can(StoreFault fault) => Can(AbilityOf(fault));

    /// <summary>Stops the store and removes what it held.</summary>
    public virtual ValueTask DisposeAsync()
    {
        if (_authority.IsValueCreated)
        {
            Authority.Dispose();
        }

        Logs.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static SourceAbility AbilityOf(StoreFault fault) => fault switch
    {
        StoreFault.Down => SourceAbility.Down,
        StoreFault.Silent => SourceAbility.Silent,
        StoreFault.Throttled => SourceAbility.Throttled,
        StoreFault.Denied => SourceAbility.Denied,
        StoreFault.Unsound => SourceAbility.Unsound,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not a fault."),
    };

    private InvalidOperationException NotOverridden(string member, SourceAbility ability) =>
        new($"{GetType().Name} must override {member}, or declare {nameof(SourceAbility)}.{ability} in {nameof(Gaps)} with a reason.");
}
