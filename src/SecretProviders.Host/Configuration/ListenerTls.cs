namespace SecretProviders.Host.Configuration;

/// <summary>TLS of a listener: two names that this same server serves, so that they rotate like all others.</summary>
/// <param name="Certificate">The server's TLS certificate.</param>
/// <param name="ClientCa">The validation context that clients are judged by.</param>
internal sealed record ListenerTls(string Certificate, string ClientCa);
