namespace SecretProviders.Xds.Grpc;

/// <summary>A call ended with another status than OK.</summary>
internal sealed class GrpcException : Exception
{
    public GrpcException(GrpcStatus status, Exception? innerException = null)
        : base(status.ToString(), innerException) => Status = status;

    public GrpcException(GrpcStatusCode code, string message, Exception? innerException = null)
        : this(new GrpcStatus(code, message), innerException)
    {
    }

    public GrpcStatus Status { get; }

    /// <summary>Makes the exception of a server that is not heard: its cause tells that these words are not the server's.</summary>
    public static GrpcException NoAnswer(string message) => new(GrpcStatusCode.Unavailable, message, new TimeoutException(message));
}
