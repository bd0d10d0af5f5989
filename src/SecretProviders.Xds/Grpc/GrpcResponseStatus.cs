using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace SecretProviders.Xds.Grpc;

/// <summary>Finds the status of a call in an HTTP response.</summary>
internal static class GrpcResponseStatus
{
    /// <summary>Gets the status of a call that ends with its headers, also with OK; null when messages may follow.</summary>
    public static GrpcStatus? FromHeaders(HttpResponseMessage response)
    {
        if (Read(response.Headers) is { } status)
        {
            return status;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new GrpcStatus(GrpcHttpStatus.Map(response.StatusCode), $"The server answered with HTTP status {(int)response.StatusCode} and no gRPC status.");
        }

        var contentType = response.Content.Headers.ContentType?.ToString();
        return GrpcNames.IsContentType(contentType)
            ? null
            : new GrpcStatus(GrpcStatusCode.Unknown, $"The server answered with the content type '{contentType}': it is not a gRPC server.");
    }

    /// <summary>Gets the status after the last message.</summary>
    public static GrpcStatus FromTrailers(HttpResponseMessage response) =>
        Read(response.TrailingHeaders) ?? new GrpcStatus(GrpcStatusCode.Internal, "The stream ended without a status.");

    public static string? Encoding(HttpResponseMessage response) => First(response.Headers, GrpcNames.Encoding);

    public static void Require(GrpcStatus status)
    {
        if (status.Code != GrpcStatusCode.OK)
        {
            throw new GrpcException(status);
        }
    }

    private static GrpcStatus? Read(HttpResponseHeaders headers)
    {
        if (First(headers, GrpcNames.Status) is not { } text)
        {
            return null;
        }

        var known = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= (int)GrpcStatusCode.Unauthenticated;
        var message = GrpcMessageText.Decode(First(headers, GrpcNames.Message) ?? string.Empty);
        return new GrpcStatus(known ? (GrpcStatusCode)number : GrpcStatusCode.Unknown, message);
    }

    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
