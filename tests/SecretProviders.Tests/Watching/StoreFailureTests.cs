using System.Net.Sockets;
using System.Security.Authentication;
using SecretProviders.Watching;

namespace SecretProviders.Tests.Watching;

public sealed class StoreFailureTests
{
    [Fact]
    public void Exception_of_a_source_is_the_state_of_its_code()
    {
        var throttled = new SecretSourceException(SecretErrorCode.Throttled, "slow down") { RetryAfter = TimeSpan.FromSeconds(7) };

        Assert.Equal(new SecretState.Unavailable("slow down") { RetryAfter = TimeSpan.FromSeconds(7) }, StoreFailure.ToState(throttled));
        Assert.IsType<SecretState.Denied>(StoreFailure.ToState(new SecretSourceException(SecretErrorCode.Denied, "grant it")));
        Assert.IsType<SecretState.Invalid>(StoreFailure.ToState(new SecretSourceException(SecretErrorCode.Invalid, "broken")));
    }

    [Fact]
    public void Message_that_may_quote_a_secret_is_not_repeated()
    {
        var state = Assert.IsType<SecretState.Unavailable>(StoreFailure.ToState(new FormatException("The input string 'hunter2' was not in a correct format.")));

        Assert.Equal("FormatException", state.Error);
    }

    [Fact]
    public void Message_about_the_way_to_the_store_is_repeated()
    {
        var state = Assert.IsType<SecretState.Unavailable>(StoreFailure.ToState(new IOException("No space left on device")));

        Assert.Equal("IOException: No space left on device", state.Error);
    }

    [Fact]
    public void Message_of_a_source_is_repeated() => Assert.Equal("grant it", StoreFailure.Describe(new SecretSourceException(SecretErrorCode.Denied, "grant it")));

    public static TheoryData<Exception, bool> Definite() => new()
    {
        { new SocketException((int)SocketError.ConnectionRefused), true },
        { new SocketException((int)SocketError.HostNotFound), true },
        { new SocketException((int)SocketError.ConnectionReset), false },
        { new HttpRequestException("refused", new SocketException((int)SocketError.ConnectionRefused)), true },
        { new HttpRequestException("tls", new AuthenticationException("bad certificate")), true },
        { new HttpRequestException("status 503"), false },
        { new TimeoutException("too late"), false },
        { new SecretSourceException(SecretErrorCode.Unreachable, "no such socket"), true },
        { new SecretSourceException(SecretErrorCode.Unavailable, "503"), false },
    };

    [Theory]
    [MemberData(nameof(Definite))]
    public void Refusal_is_definite_and_silence_is_not(Exception exception, bool definite) =>
        Assert.Equal(definite, Assert.IsType<SecretState.Unavailable>(StoreFailure.ToState(exception)).Definite);
}
