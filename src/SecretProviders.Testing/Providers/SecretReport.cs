namespace SecretProviders.Testing;

/// <summary>What a consumer said about a version.</summary>
/// <param name="Consumer">Who said it.</param>
/// <param name="Name">The secret's name.</param>
/// <param name="Version">The version.</param>
/// <param name="Outcome">Whether it is in use.</param>
/// <param name="Detail">The reason of a refusal, or null.</param>
public sealed record SecretReport(SecretConsumer Consumer, string Name, SecretVersion Version, SecretOutcome Outcome, string? Detail);
