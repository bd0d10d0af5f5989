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
