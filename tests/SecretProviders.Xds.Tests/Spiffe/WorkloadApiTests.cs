using System.Net.Sockets;
using SecretProviders.Spiffe;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.Xds.Tests.Spiffe;

/// <summary>What a status code means (SPIFFE Workload Endpoint, section 6).</summary>
public sealed class WorkloadApiTests
{
    [Theory]
    [InlineData(GrpcStatusCode.PermissionDenied, SecretErrorCode.Denied, false)]
    [InlineData(GrpcStatusCode.Unauthenticated, SecretErrorCode.Denied, false)]
    [InlineData(GrpcStatusCode.InvalidArgument, SecretErrorCode.Unreachable, true)]
    [InlineData(GrpcStatusCode.Unimplemented, SecretErrorCode.Unreachable, true)]
    [InlineData(GrpcStatusCode.ResourceExhausted, SecretErrorCode.Throttled, false)]
    [InlineData(GrpcStatusCode.Unavailable, SecretErrorCode.Unavailable, false)]
    [InlineData(GrpcStatusCode.Internal, SecretErrorCode.Unavailable, false)]
    [InlineData(GrpcStatusCode.Unknown, SecretErrorCode.Unavailable, false)]
    [InlineData(GrpcStatusCode.Cancelled, SecretErrorCode.Unavailable, false)]
    public void Status_has_its_code_and_only_hopeless_ones_are_not_tried_again_soon(GrpcStatusCode status, SecretErrorCode code, bool hopeless)
    {
        var failure = Translate(new GrpcException(status, "said by the agent"));

        Assert.Equal((code, hopeless), (failure.Code, failure.RetryAfter is not null));
        Assert.Contains("said by the agent", failure.Message, StringComparison.Ordinal);
        Assert.Contains("unix:///run/agent.sock", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SocketError.AddressNotAvailable, SecretErrorCode.Unreachable, "There is no socket")]
    [InlineData(SocketError.ConnectionRefused, SecretErrorCode.Unreachable, "Nobody listens")]
    [InlineData(SocketError.AccessDenied, SecretErrorCode.Denied, "may not open")]
    [InlineData(SocketError.ConnectionReset, SecretErrorCode.Unavailable, "what the system says")]
    public void Trouble_with_the_socket_has_its_remedy(SocketError error, SecretErrorCode code, string words)
    {
        var failure = Translate(new GrpcException(GrpcStatusCode.Unavailable, "what the system says", new HttpRequestException("no connection", new SocketException((int)error))));

        Assert.Equal(code, failure.Code);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    private static SecretSourceException Translate(GrpcException failure)
    {
        using var api = new WorkloadApi("unix:///run/agent.sock", TimeSpan.FromSeconds(5), TimeProvider.System);
        return api.Translate(failure);
    }
}
