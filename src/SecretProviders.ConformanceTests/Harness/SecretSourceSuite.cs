using SecretProviders.Testing;
using Xunit;

namespace SecretProviders.ConformanceTests;

/// <summary>What the suites share: a started harness, sources and readers that are closed in the end, and waiting.</summary>
/// <typeparam name="THarness">The harness of the source under test.</typeparam>
public abstract class SecretSourceSuite<THarness> : IAsyncLifetime
    where THarness : SecretSourceHarness, new()
{
    // How long, in real time, a source is left alone before it is made to look again.
    private static readonly TimeSpan Nudge = TimeSpan.FromMilliseconds(20);

    // The same when the next timer is so near that it may have to do with a question that is under way.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(200);

    // How long a store, on a busy machine, may take to answer a question before the clock may reach its time-out.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);
    private readonly List<(SecretReference Reference, SecretStateReader Reader)> _watches = [];
    private readonly List<ISecretSource> _sources = [];
    private bool _silent;

    /// <summary>Gets the harness of this test.</summary>
    protected THarness Harness { get; } = new();

    /// <summary>Gets the kind to use where it does not matter.</summary>
    protected SecretKind AnyKind => Harness.Kinds[0];

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        Harness.AwaitedBySuite = () =>
            [.. _watches.Where(static watch => watch.Reader.History.LastOrDefault() is not SecretState.Found).Select(static watch => watch.Reference)];
        await Harness.StartAsync();
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        foreach (var (_, reader) in _watches)
        {
            await reader.DisposeAsync();
        }

        foreach (var source in _sources)
        {
            await source.DisposeAsync();
        }

        await Harness.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a source that is disposed after the test.</summary>
    protected ISecretSource CreateSource()
    {
        var source = Harness.CreateSource();
        _sources.Add(source);
        return source;
    }

    /// <summary>Opens a watch that is closed after the test; it begins with the first look at its reader.</summary>
    /// <param name="source">The source.</param>
    /// <param name="reference">What to watch.</param>
    protected SecretStateReader Open(ISecretSource source, SecretReference reference)
    {
        var reader = new SecretStateReader(source, reference, Harness.Patience);
        _watches.Add((reference, reader));
        return reader;
    }

    /// <summary>Makes sure that the store has a secret.</summary>
    /// <param name="name">Its short name.</param>
    /// <param name="kind">Its kind, or null for any.</param>
    /// <returns>Where it is, and what it is: null when the source makes its own.</returns>
    protected async Task<(SecretReference Reference, Secret? Secret)> ArrangeAsync(string name = "main", SecretKind? kind = null)
    {
        var reference = Harness.Reference(name, kind ?? AnyKind);
        return (reference, Harness.Can(SourceAbility.Write) ? await ChangeAsync(reference) : null);
    }

    /// <summary>Changes a secret at the store.</summary>
    /// <param name="reference">Which one.</param>
    /// <returns>What it is now, or null when the source makes its own.</returns>
    protected async Task<Secret?> ChangeAsync(SecretReference reference)
    {
        if (!Harness.Can(SourceAbility.Write))
        {
            await Harness.RotateAsync(reference);
            return null;
        }

        var secret = Harness.NewSecret(reference);
        await Harness.PutAsync(reference, secret);
        return secret;
    }

    /// <summary>Breaks a secret at the store, until <see cref="HealAsync"/>.</summary>
    /// <param name="reference">Which one.</param>
    /// <param name="fault">How.</param>
    protected Task BreakAsync(SecretReference reference, StoreFault fault)
    {
        _silent = fault == StoreFault.Silent;
        return Harness.BreakAsync(reference, fault);
    }

    /// <summary>Undoes <see cref="BreakAsync"/>.</summary>
    /// <param name="reference">Which one.</param>
    protected Task HealAsync(SecretReference reference)
    {
        _silent = false;
        return Harness.HealAsync(reference);
    }

    /// <summary>Makes the source look, when no question of its is under way any more.</summary>
    protected async Task LookAsync()
    {
        await LetTheStoreAnswerAsync();
        await Harness.SettleAsync();
    }

    /// <summary>Leaves the store time, in real time, to answer what the source asks; the clock stands still.</summary>
    /// <returns>Whether there was a question, and it was answered.</returns>
    protected async Task<bool> LetTheStoreAnswerAsync()
    {
        var start = TimeProvider.System.GetTimestamp();
        var limit = AnswerTime < Harness.Patience ? AnswerTime : Harness.Patience;
        var asked = false;
        while (!_silent && Harness.Clock.ActiveDelays.Any(Harness.AnswerDeadlines.Contains))
        {
            asked = true;
            if (TimeProvider.System.GetElapsedTime(start) >= limit)
            {
                Harness.Spared = [];
                return false;
            }

            await Task.Delay(Glance, TimeProvider.System);
        }

        Harness.Spared = _silent ? [] : Harness.AnswerDeadlines;
        return asked;
    }

    /// <summary>
    /// Reads the next state, which comes by itself: the clock stands still, unless the store cannot tell absence and a
    /// source has to wait for it.
    /// </summary>
    /// <param name="reader">The reader.</param>
    protected Task<SecretState> NextAsync(SecretStateReader reader) =>
        Harness.Can(SourceAbility.TellAbsence) ? reader.NextAsync() : UntilAsync<SecretState>(reader);

    /// <summary>Reads up to a find: of one secret, or of any.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="secret">The secret, or null for any.</param>
    protected Task<SecretState.Found> FoundAsync(SecretStateReader reader, Secret? secret = null) =>
        UntilAsync<SecretState.Found>(reader, found => secret is null || found.Secret.Equals(secret));

    /// <summary>Reads up to a find that differs from an earlier one.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="previous">The earlier find.</param>
    /// <param name="secret">The secret, or null for any.</param>
    protected Task<SecretState.Found> ChangedAsync(SecretStateReader reader, SecretState.Found previous, Secret? secret) =>
        UntilAsync<SecretState.Found>(reader, found => !found.Secret.Equals(previous.Secret) && (secret is null || found.Secret.Equals(secret)));

    /// <summary>Reads up to a state, making the source look until it comes.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="predicate">What else the state must meet, or null.</param>
    /// <param name="look">How to make the source look, or null for the harness's way.</param>
    protected async Task<TState> UntilAsync<TState>(SecretStateReader reader, Func<TState, bool>? predicate = null, Func<Task>? look = null)
        where TState : SecretState
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < Harness.Patience)
        {
            using var nudge = new CancellationTokenSource(SomethingIsNear() ? Grace : Nudge);
            try
            {
                if (await reader.NextAsync(nudge.Token) is TState state && (predicate is null || predicate(state)))
                {
                    return state;
                }
            }
            catch (OperationCanceledException) when (nudge.IsCancellationRequested)
            {
                if (!await LetTheStoreAnswerAsync())
                {
                    await (look ?? Harness.SettleAsync)();
                }
            }
        }

        throw new TimeoutException(
            $"No {typeof(TState).Name} that meets the test's condition came within {Harness.Patience}; the watch said [{string.Join(", ", reader.History)}].");
    }

    /// <summary>Waits until a condition holds, making the source look meanwhile.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What is awaited.</param>
    protected async Task EventuallyAsync(Func<bool> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Harness.Patience, $"Waited {Harness.Patience} in vain for {what}.");
            await Task.Delay(Nudge, TimeProvider.System);
            if (!condition())
            {
                await LookAsync();
            }
        }
    }

    private bool SomethingIsNear() => Harness.Clock.NextDue is { } due && due - Harness.Clock.GetUtcNow() <= Harness.Timeout;
}
