namespace SecretProviders.Verification;

/// <summary>A validation context by which nobody can be judged here. The message goes on after the secret's name.</summary>
internal sealed class UnusableTrustException(string message) : Exception(message);
