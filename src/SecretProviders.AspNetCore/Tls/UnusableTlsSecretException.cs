namespace SecretProviders.AspNetCore.Tls;

/// <summary>A secret that is there, but not what a listener can use. The message goes on after the secret's name.</summary>
internal sealed class UnusableTlsSecretException(string message) : Exception(message);
