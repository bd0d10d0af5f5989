using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace SecretProviders.Host.Serving;

/// <summary>A source whose minting references are not read, because somebody only wants to look.</summary>
internal sealed class UnmintedSource(IMintingSecretSource inner) : ICredentialedSecretSource, IRefreshableSecretSource, IMintingSecretSource
{
    /// <summary>What is said instead of reading.</summary>
    public const string Remedy = "Reading this would create a secret at its store; give --mint to have it created.";

    public ImmutableArray<string> CredentialSecrets => inner is ICredentialedSecretSource { CredentialSecrets: var names } ? names : [];

    public bool Mints(SecretReference reference) => inner.Mints(reference);

    public IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default) =>
        inner.Mints(reference) ? RefuseAsync(cancellationToken) : inner.WatchAsync(reference, cancellationToken);

    public ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default) =>
        inner is IRefreshableSecretSource refreshable && (reference is null || !inner.Mints(reference))
            ? refreshable.RefreshAsync(reference, cancellationToken)
            : ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static async IAsyncEnumerable<SecretState> RefuseAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new SecretState.Denied(Remedy);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = cancellationToken.UnsafeRegister(static end => ((TaskCompletionSource)end!).TrySetResult(), cancelled);
        await cancelled.Task.ConfigureAwait(false);
    }
}
