namespace SecretProviders.Xds;

/// <summary>A request that ends its stream: the status and the message to end it with.</summary>
public sealed class SecretDiscoveryException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="status">The status that the stream ends with.</param>
    /// <param name="message">For the peer: what is wrong and the remedy.</param>
    /// <param name="innerException">The cause, or null.</param>
    public SecretDiscoveryException(GrpcStatusCode status, string message, Exception? innerException = null)
        : base(message, innerException) => Status = status;

    /// <summary>Gets the status that the stream ends with.</summary>
    public GrpcStatusCode Status { get; }
}
