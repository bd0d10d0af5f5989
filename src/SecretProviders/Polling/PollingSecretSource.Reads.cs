using System.Collections.Concurrent;
using SecretProviders.Polling;
using SecretProviders.Watching;

namespace SecretProviders;

public abstract partial class PollingSecretSource
{
    private const double JitterShare = 0.1;
    private readonly ConcurrentDictionary<string, bool> _defects = new(StringComparer.Ordinal);

    /// <summary>Reads once; every failure is a state. The second value is when to read again, or null for never.</summary>
    internal async Task<(SecretState State, DateTimeOffset? NextRead)> ReadAsync(SecretReference reference, SecretState? previous, CancellationToken stopped)
    {
        try
        {
            await _turns.WaitAsync(stopped).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return (SecretStateSequence.Next(previous, NoAnswer(reference), TimeProvider.GetUtcNow()), null);
        }

        try
        {
            // The turn may come in the very moment in which nobody watches any more.
            return stopped.IsCancellationRequested
                ? (SecretStateSequence.Next(previous, NoAnswer(reference), TimeProvider.GetUtcNow()), null)
                : await AttemptAsync(reference, previous, stopped).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task<(SecretState State, DateTimeOffset? NextRead)> AttemptAsync(SecretReference reference, SecretState? previous, CancellationToken stopped)
    {
        using var attempt = new CancellationTokenSource(_timeout, TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token, stopped);
        SecretState? said;
        try
        {
            said = await FetchAsync(reference, previous, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (attempt.IsCancellationRequested)
        {
            said = NoAnswer(reference);
        }
        catch (Exception exception)
        {
            // A refusal that is thrown is an answer like one that is returned: the next read is as far away.
            said = StoreFailure.ToState(exception);
        }

        var state = SecretStateSequence.Next(previous, said is null or SecretState.Found { Secret: null } ? Nothing(reference) : said, TimeProvider.GetUtcNow());
        return (state, state is SecretState.Unavailable ? null : Plan(reference, state));
    }

    private bool Judge(SecretReference reference, SecretState.Found kept)
    {
        try
        {
            return IsStillGood(reference, kept);
        }
        catch (Exception exception)
        {
            Accuse(reference, nameof(IsStillGood), exception);
            return false;
        }
    }

    private DateTimeOffset? Plan(SecretReference reference, SecretState state)
    {
        var now = TimeProvider.GetUtcNow();
        try
        {
            return NextRead(reference, state, now);
        }
        catch (Exception exception)
        {
            Accuse(reference, nameof(NextRead), exception);
            return DefaultNextRead(state, now);
        }
    }

    // Only the type: the message of a defective source may hold anything, also what it read.
    private void Accuse(SecretReference reference, string method, Exception exception) => Accuse(reference, $"{method} threw {exception.GetType().Name}");

    private void Accuse(SecretReference reference, string defect)
    {
        if (_defects.TryAdd(defect, true))
        {
            Misbehaved(Logger, Name, reference, defect);
        }
    }

    private SecretState.Unavailable Nothing(SecretReference reference)
    {
        Accuse(reference, $"{nameof(FetchAsync)} answered nothing");
        return new SecretState.Unavailable($"Source '{Name}' has a defect: {nameof(FetchAsync)} answered nothing; report it to its author.");
    }

    private DateTimeOffset? DefaultNextRead(SecretState state, DateTimeOffset now) =>
        state is SecretState.Found { Minted: true } minted
            ? Renewal.NextAt(minted, now, NextRandom())
            : now + (Interval(state, now) * (1 - (JitterShare * NextRandom())));

    private TimeSpan Interval(SecretState state, DateTimeOffset now) =>
        Renewal.LongestWait(state.LastGood, now) is { } limit && limit < _interval ? limit : _interval;
}
