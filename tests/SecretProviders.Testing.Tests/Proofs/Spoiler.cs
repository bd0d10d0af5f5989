using System.Runtime.CompilerServices;
using SecretProviders.Testing.Tests.Conformance;

namespace SecretProviders.Testing.Tests.Proofs;

/// <summary>A source that breaks one rule and keeps all others, since the source inside keeps them.</summary>
internal abstract class Spoiler : ISecretSource
{
    private ISecretSource? _inner;
    private ToyHarness? _harness;

    protected ISecretSource Inner => _inner!;

    protected ToyHarness Harness => _harness!;

    protected virtual bool EndsWithDisposal => true;

    public Spoiler Over(ISecretSource inner, ToyHarness harness)
    {
        _inner = inner;
        _harness = harness;
        return this;
    }

    public virtual async IAsyncEnumerable<SecretState> WatchAsync(
        SecretReference reference,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var state in Inner.WatchAsync(reference, cancellationToken))
        {
            foreach (var spoiled in Spoil(state))
            {
                yield return spoiled;
            }
        }
    }

    public virtual ValueTask DisposeAsync() => EndsWithDisposal ? Inner.DisposeAsync() : ValueTask.CompletedTask;

    protected virtual IEnumerable<SecretState> Spoil(SecretState state) => [state];
}
