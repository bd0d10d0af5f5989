namespace SecretProviders.Xds.Mapping;

/// <summary>A secret that cannot be put on the wire; the message names it and the remedy.</summary>
internal sealed class SecretEncodingException(string message) : Exception(message);
