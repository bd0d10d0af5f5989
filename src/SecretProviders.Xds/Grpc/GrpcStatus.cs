namespace SecretProviders.Xds.Grpc;

/// <summary>How a call ended.</summary>
/// <param name="Code">The code.</param>
/// <param name="Message">For people; may be empty.</param>
internal readonly record struct GrpcStatus(GrpcStatusCode Code, string Message)
{
    public static GrpcStatus OK { get; } = new(GrpcStatusCode.OK, string.Empty);

    public override string ToString() => Message.Length == 0 ? Code.ToString() : $"{Code}: {Message}";
}
