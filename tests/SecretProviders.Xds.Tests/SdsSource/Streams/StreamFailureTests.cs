using SecretProviders.Sds;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.Xds.Tests.SdsSource;

public sealed class StreamFailureTests
{
    [Theory]
    [InlineData(GrpcStatusCode.InvalidArgument, true, false)]
    [InlineData(GrpcStatusCode.PermissionDenied, true, false)]
    [InlineData(GrpcStatusCode.Unauthenticated, true, false)]
    [InlineData(GrpcStatusCode.NotFound, true, false)]
    [InlineData(GrpcStatusCode.Unknown, false, true)]
    [InlineData(GrpcStatusCode.Internal, false, true)]
    [InlineData(GrpcStatusCode.FailedPrecondition, false, true)]
    [InlineData(GrpcStatusCode.Aborted, false, true)]
    [InlineData(GrpcStatusCode.OutOfRange, false, true)]
    [InlineData(GrpcStatusCode.AlreadyExists, false, true)]
    [InlineData(GrpcStatusCode.DataLoss, false, true)]
    [InlineData(GrpcStatusCode.Unavailable, false, false)]
    [InlineData(GrpcStatusCode.ResourceExhausted, false, true)]
    [InlineData(GrpcStatusCode.Unimplemented, false, false)]
    [InlineData(GrpcStatusCode.Cancelled, false, false)]
    [InlineData(GrpcStatusCode.DeadlineExceeded, false, false)]
    public void Status_refuses_what_was_asked_or_is_a_fault_or_says_nothing_of_it(GrpcStatusCode code, bool isRefusal, bool isFault) =>
        Assert.Equal((isRefusal, isFault), (StreamFailure.IsRefusal(code), StreamFailure.IsFault(new GrpcException(code, "text"))));

    [Theory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    [InlineData(11, false)]
    public void Stream_that_is_refused_by_HTTP_was_turned_away_unread(long code, bool isTurnedAway)
    {
        var reset = new HttpRequestException(HttpRequestError.HttpProtocolError, "text", new HttpProtocolException(code, "text", innerException: null));

        Assert.Equal(isTurnedAway, StreamFailure.IsTurnedAway(new GrpcException(GrpcStatusCode.Unavailable, "text", reset)));
    }

    [Fact]
    public void Loss_of_the_connection_is_no_fault_of_the_server() =>
        Assert.False(StreamFailure.IsFault(new GrpcException(GrpcStatusCode.Internal, "text", new IOException())));
}
