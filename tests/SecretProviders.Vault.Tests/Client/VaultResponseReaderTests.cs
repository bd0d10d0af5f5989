using System.Text;
using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Tests.Client;

public sealed class VaultResponseReaderTests
{
    private const string Envelope = """
        {"request_id":"r1","lease_id":"database/creds/x/1","renewable":true,"lease_duration":3600,"data":{"a":"b"},"wrap_info":null,"warnings":["w"],"auth":null}
        """;

    [Fact]
    public void Envelope_is_read_whole()
    {
        var response = Read(200, Envelope)!;

        Assert.Equal("r1", response.RequestId);
        Assert.Equal(("database/creds/x/1", true, TimeSpan.FromHours(1)), (response.LeaseId, response.Renewable, response.LeaseDuration));
        Assert.Equal("""{"a":"b"}""", Encoding.UTF8.GetString(response.Data.Span));
        Assert.Equal(["w"], response.Warnings);
        Assert.Empty(response.Errors);
    }

    [Fact]
    public void Token_of_a_login_is_read()
    {
        var response = Read(200, """{"data":null,"auth":{"client_token":"s.1","lease_duration":60,"renewable":true,"mfa_requirement":null}}""")!;

        Assert.Equal("s.1"u8.ToArray(), response.Auth!.Token.Memory.ToArray());
        Assert.Equal((TimeSpan.FromMinutes(1), true, false), (response.Auth.Ttl, response.Auth.Renewable, response.Auth.NeedsMfa));
    }

    [Fact]
    public void Second_factor_is_noticed() =>
        Assert.True(Read(200, """{"auth":{"client_token":"","mfa_requirement":{"mfa_request_id":"1"}}}""")!.Auth!.NeedsMfa);

    [Fact]
    public void Errors_come_on_one_line_each() =>
        Assert.Equal(["1 error occurred: * permission denied"], Read(403, """{"errors":["1 error occurred:\n\t* permission denied\n\n"]}""")!.Errors);

    [Fact]
    public void Messages_are_few_and_short()
    {
        var errors = string.Join(',', Enumerable.Repeat($"\"{new string('x', 10_000)}\"", 100));

        var response = Read(400, $$"""{"errors":[{{errors}}]}""")!;

        Assert.Equal(8, response.Errors.Length);
        Assert.All(response.Errors, static error => Assert.Equal(501, error.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"errors":["a"]}{"errors":[]}""")]
    [InlineData("""{"errors":["a"]""")]
    [InlineData("""{"errors":"a"}""")]
    [InlineData("""{"message":"no Route matched with those values"}""")]
    [InlineData("<html></html>")]
    public void No_that_is_not_in_Vaults_words_is_refused(string body) => Assert.Null(Read(404, body));

    [Theory]
    [InlineData("""{"request_id":"r1","data":{"a":"b""")]
    [InlineData("""{"request_id":1}""")]
    [InlineData("""{"lease_duration":"60"}""")]
    [InlineData("""{"renewable":"yes"}""")]
    [InlineData("""{"auth":"root"}""")]
    [InlineData("OK")]
    public void Yes_that_is_broken_is_refused(string body)
    {
        var response = Read(200, body);

        Assert.True(response is null or { Auth.Token.Length: 0 }, $"It was read as {response}.");
    }

    [Theory]
    [InlineData(204, true)]
    [InlineData(200, true)]
    [InlineData(400, false)]
    [InlineData(404, false)]
    public void Empty_body_says_yes_only(int status, bool read) => Assert.Equal(read, Read(status, string.Empty) is not null);

    [Fact]
    public void Deep_nesting_is_refused() => Assert.Null(Read(200, $$"""{"data":{{string.Concat(Enumerable.Repeat("[", 1000))}}"""));

    [Theory]
    [InlineData("""{"lease_duration":-5}""", 0)]
    [InlineData("""{"lease_duration":9223372036854775807}""", 36500L * 86400)]
    public void Absurd_lease_is_cut(string body, long seconds) => Assert.Equal(seconds, (long)Read(200, body)!.LeaseDuration.TotalSeconds);

    [Fact]
    public void Nothing_secret_is_printed() => Assert.DoesNotContain("b", Read(200, Envelope)!.ToString(), StringComparison.Ordinal);

    [Fact]
    public void Every_beginning_of_an_answer_is_refused_without_an_exception()
    {
        for (var length = 1; length < Envelope.Trim().Length; length++)
        {
            Assert.Null(Read(200, Envelope[..length]));
        }
    }

    private static VaultResponse? Read(int status, string body) =>
        VaultResponseReader.TryRead(status, "Vault", SensitiveBytes.Copy(Encoding.UTF8.GetBytes(body)), out var response) ? response : null;
}
