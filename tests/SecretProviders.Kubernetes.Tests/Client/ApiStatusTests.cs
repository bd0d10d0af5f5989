using System.Text;
using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Tests.Client;

public sealed class ApiStatusTests
{
    [Fact]
    public void Status_of_the_server_says_why()
    {
        var exception = Read("""{"kind":"Status","code":403,"reason":"Forbidden","message":"secrets is forbidden: User \"bob\" cannot list"}""", 403);

        Assert.Equal((403, "Forbidden", true), (exception.Code, exception.Reason, exception.IsDenied));
        Assert.Contains("User \"bob\"", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>bad gateway</html>")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"code\":\"no number\"}")]
    public void Page_of_a_proxy_leaves_the_status_code(string body) => Assert.Equal(502, Read(body, 502).Code);

    [Theory]
    [InlineData(404, """{"kind":"Status","code":404,"reason":"NotFound"}""", 503)]
    [InlineData(410, """{"kind":"Status","code":410,"reason":"Expired"}""", 500)]
    [InlineData(404, """{"code":404,"reason":"Gone"}""", 400)]
    [InlineData(404, """{"kind":"Problem","code":404,"reason":"Gone"}""", 400)]
    public void Body_that_is_no_Status_or_comes_with_a_server_error_decides_nothing(int said, string body, int httpCode)
    {
        var exception = Read(body, httpCode);

        Assert.NotEqual(said, exception.Code);
        Assert.Equal((httpCode, false), (exception.Code, exception.IsGone));
    }

    [Fact]
    public void Status_goes_before_the_status_code() => Assert.True(Read("""{"kind":"Status","code":410,"reason":"Gone"}""", 400).IsGone);

    [Fact]
    public void Error_within_a_stream_has_no_status_code_but_its_own() =>
        Assert.True(ApiStatus.ToException("""{"code":410}"""u8, httpCode: null).IsGone);

    [Fact]
    public void Header_goes_before_the_body_on_when_to_come_back()
    {
        var exception = ApiStatus.ToException("{\"details\":{\"retryAfterSeconds\":9}}"u8, 429, TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(2), exception.RetryAfter);
    }

    [Fact]
    public void Message_is_one_line_of_bounded_length()
    {
        var exception = Read($$"""{"message":"a\nb\u001b{{new string('c', 5000)}}"}""", 500);

        Assert.StartsWith("a b ccc", exception.Message, StringComparison.Ordinal);
        Assert.Equal(500, exception.Message.Length);
    }

    private static ApiException Read(string body, int code) => ApiStatus.ToException(Encoding.UTF8.GetBytes(body), code);
}
