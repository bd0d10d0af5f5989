namespace SecretProviders.Testing.Tests.Proofs;

/// <summary>A spoiled source that makes tests wait for what never comes, so that the wait is given up soon.</summary>
internal sealed class Hanging<TSpoiler> : Spoiled<TSpoiler>
    where TSpoiler : Spoiler, new()
{
    public override TimeSpan Patience => TimeSpan.FromMilliseconds(500);
}
