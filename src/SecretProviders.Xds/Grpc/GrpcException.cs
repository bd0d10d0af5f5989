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
}
