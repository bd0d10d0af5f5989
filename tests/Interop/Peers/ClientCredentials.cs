namespace SecretProviders.Interop.Tests;

/// <summary>The files of a client's mTLS.</summary>
internal sealed record ClientCredentials(string Authority, string Certificate, string Key);
