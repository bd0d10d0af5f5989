namespace SecretProviders.Tests.Aggregation;

/// <summary>A source that does what none may do.</summary>
internal sealed class BrokenSource(BrokenSource.Breakage breakage) : ISecretSource
{
    internal enum Breakage
    {
        WatchThrows,
        WatchIsNull,
        StateIsNull,
        EndThrows,
    }

    public IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default) => breakage switch
    {
        Breakage.WatchThrows => throw new InvalidOperationException("may be secret"),
        Breakage.WatchIsNull => null!,
        _ => new Stream(breakage),
    };

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Stream(Breakage breakage) : IAsyncEnumerable<SecretState>, IAsyncEnumerator<SecretState>
    {
        public SecretState Current => null!;

        public IAsyncEnumerator<SecretState> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => new(breakage == Breakage.StateIsNull);

        public ValueTask DisposeAsync() => breakage == Breakage.EndThrows ? throw new InvalidOperationException("may be secret") : ValueTask.CompletedTask;
    }
}
