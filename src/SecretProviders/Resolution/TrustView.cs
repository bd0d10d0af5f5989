namespace SecretProviders.Resolution;

/// <summary>What a leaf's publication must know of a validation context.</summary>
internal sealed record TrustView(string Name, bool IsSubscribed, ValidationContext? Published);
