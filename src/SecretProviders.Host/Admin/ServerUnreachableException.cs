namespace SecretProviders.Host.Admin;

/// <summary>A server that was to answer did not; exit code 3.</summary>
/// <param name="message">Which server, what happened, and the remedy.</param>
/// <param name="innerException">The cause, or null.</param>
internal sealed class ServerUnreachableException(string message, Exception? innerException = null) : Exception(message, innerException);
