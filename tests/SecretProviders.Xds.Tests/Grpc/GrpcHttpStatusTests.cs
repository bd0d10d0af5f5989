using System.Net;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.Xds.Tests.Grpc;

public sealed class GrpcHttpStatusTests
{
    [Theory]
    [InlineData(400, GrpcStatusCode.Internal)]
    [InlineData(401, GrpcStatusCode.Unauthenticated)]
    [InlineData(403, GrpcStatusCode.PermissionDenied)]
    [InlineData(404, GrpcStatusCode.Unimplemented)]
    [InlineData(429, GrpcStatusCode.Unavailable)]
    [InlineData(502, GrpcStatusCode.Unavailable)]
    [InlineData(503, GrpcStatusCode.Unavailable)]
    [InlineData(504, GrpcStatusCode.Unavailable)]
    [InlineData(500, GrpcStatusCode.Unknown)]
    [InlineData(302, GrpcStatusCode.Unknown)]
    public void Http_status_maps_by_the_table(int http, GrpcStatusCode status) =>
        Assert.Equal(status, GrpcHttpStatus.Map((HttpStatusCode)http));

    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc+proto", true)]
    [InlineData("application/grpc;x=y", true)]
    [InlineData("APPLICATION/GRPC", true)]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/json", false)]
    [InlineData(null, false)]
    public void Content_type_is_recognised(string? contentType, bool isGrpc) => Assert.Equal(isGrpc, GrpcNames.IsContentType(contentType));
}
