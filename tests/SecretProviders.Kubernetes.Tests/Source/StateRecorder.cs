using System.Collections.Immutable;
using SecretProviders.Kubernetes.Tests.Fake;

namespace SecretProviders.Kubernetes.Tests.Source;

/// <summary>Reads a watch without pause and keeps every state that it saw, as a subscriber that must not be misled.</summary>
internal sealed class StateRecorder : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Pulse _changed = new();
    private readonly Task _reading;
    private ImmutableList<SecretState> _states = [];

    public StateRecorder(ISecretSource source, SecretReference reference) => _reading = Task.Run(() => ReadAsync(source, reference));

    public ImmutableList<SecretState> States => Volatile.Read(ref _states);

    public SecretState? Latest => States.LastOrDefault();

    /// <summary>Waits until the latest state is of a type and meets a condition.</summary>
    public async Task<TState> UntilAsync<TState>(Func<TState, bool>? condition = null)
        where TState : SecretState
    {
        TState? found = null;
        try
        {
            await _changed.UntilAsync(() => (found = Latest as TState) is not null && condition?.Invoke(found) != false, $"{typeof(TState).Name}");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} The watch said [{string.Join(", ", States)}].");
        }

        return found!;
    }

    /// <summary>Waits until a secret is found.</summary>
    public Task<SecretState.Found> FoundAsync(Secret secret) => UntilAsync<SecretState.Found>(found => found.Secret.Equals(secret));

    /// <summary>Waits until a text is found.</summary>
    public Task<SecretState.Found> FoundAsync(string text) =>
        UntilAsync<SecretState.Found>(found => found.Secret is GenericSecret { Value: { } value } && value.GetSpan().SequenceEqual(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>Fails when a subscriber was ever told that the secret is gone.</summary>
    public void AssertNeverGone() =>
        Assert.All(States, static state => Assert.False(state is SecretState.Removed or SecretState.NotFound, $"A subscriber was told {state}."));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _reading;
        _stopping.Dispose();
    }

    private async Task ReadAsync(ISecretSource source, SecretReference reference)
    {
        await foreach (var state in source.WatchAsync(reference, _stopping.Token))
        {
            ImmutableInterlocked.Update(ref _states, static (states, state) => states.Add(state), state);
            _changed.Fire();
        }
    }
}
