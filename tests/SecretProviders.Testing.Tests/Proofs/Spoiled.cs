using SecretProviders.Testing.Tests.Conformance;

namespace SecretProviders.Testing.Tests.Proofs;

/// <summary>The toy store with a spoiled source over it.</summary>
internal class Spoiled<TSpoiler> : ToyHarness
    where TSpoiler : Spoiler, new()
{
    public override ISecretSource CreateSource() => new TSpoiler().Over(base.CreateSource(), this);
}
