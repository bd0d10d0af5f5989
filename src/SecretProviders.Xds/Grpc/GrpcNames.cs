namespace SecretProviders.Xds.Grpc;

/// <summary>Names of headers and values (gRPC over HTTP/2).</summary>
internal static class GrpcNames
{
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string ContentType = "application/grpc";
    public const string Gzip = "gzip";
    public const string Identity = "identity";
    public const string AcceptedEncodings = "gzip,identity";

    /// <summary>Tells <c>application/grpc</c> with or without a suffix from others, such as <c>application/grpc-web</c>.</summary>
    public static bool IsContentType(string? value) =>
        value is not null
        && value.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (value.Length == ContentType.Length || value[ContentType.Length] is '+' or ';');
}
