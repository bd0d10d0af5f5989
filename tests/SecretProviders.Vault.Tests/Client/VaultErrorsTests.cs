using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Tests.Client;

public sealed class VaultErrorsTests
{
    [Theory]
    [InlineData(200, false)]
    [InlineData(400, false)]
    [InlineData(403, false)]
    [InlineData(404, false)]
    [InlineData(405, false)]
    [InlineData(412, true)]
    [InlineData(429, true)]
    [InlineData(472, true)]
    [InlineData(473, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public void Status_tells_of_the_server_or_of_the_question(int status, bool trouble) => Assert.Equal(trouble, VaultErrors.IsTrouble(status));

    [Theory]
    [InlineData(500, false)]
    [InlineData(502, false)]
    [InlineData(503, true)]
    [InlineData(412, true)]
    [InlineData(429, true)]
    [InlineData(473, true)]
    public void Some_troubles_leave_the_question_untouched(int status, bool untouched) => Assert.Equal(untouched, VaultErrors.IsUntouched(status));

    [Theory]
    [InlineData(429, SecretErrorCode.Throttled)]
    [InlineData(412, SecretErrorCode.Unavailable)]
    [InlineData(500, SecretErrorCode.Unavailable)]
    [InlineData(503, SecretErrorCode.Unavailable)]
    public void Trouble_keeps_the_code_the_wish_and_the_words(int status, SecretErrorCode code)
    {
        var failure = VaultErrors.Trouble(Response(status) with { Errors = ["Vault's own words"], RetryAfter = TimeSpan.FromSeconds(4) }, null);

        Assert.Equal((code, TimeSpan.FromSeconds(4)), (failure.Code, failure.RetryAfter));
        Assert.Contains($"{status}: Vault's own words", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_is_Denied_and_says_what_to_grant()
    {
        var state = VaultErrors.Refusal(Response(403) with { Errors = ["permission denied"], RequestId = "r7" }, "secret/data/web", "'read' on 'secret/data/web'");

        var remedy = Assert.IsType<SecretState.Denied>(state).Remedy;
        Assert.Contains("grant 'read' on 'secret/data/web'", remedy, StringComparison.Ordinal);
        Assert.Contains("permission denied, request r7", remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "no handler for route")]
    [InlineData(400, "invalid path")]
    [InlineData(405, "unsupported operation")]
    public void Wrong_question_is_Invalid(int status, string words)
    {
        var state = VaultErrors.Refusal(Response(status) with { Errors = [words] }, "x/y", "'read' on 'x/y'");

        Assert.Equal(SecretProblemCode.BadName, Assert.IsType<SecretState.Invalid>(state).Problem.Code);
        Assert.Contains(words, Assert.IsType<SecretState.Invalid>(state).Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Path_of_version_1_on_a_mount_of_version_2_is_told_where_data_belongs()
    {
        var state = VaultErrors.Refusal(Response(404) with { Warnings = ["Invalid path for a versioned K/V secrets engine."] }, "secret/web", "'read' on 'secret/web'");

        Assert.Contains("has 'data' behind its mount, such as secret/data/web", Assert.IsType<SecretState.Invalid>(state).Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_404_without_words_is_absence()
    {
        Assert.True(VaultErrors.IsAbsent(Response(404)));
        Assert.False(VaultErrors.IsAbsent(Response(404) with { Errors = ["no handler for route"] }));
        Assert.False(VaultErrors.IsAbsent(Response(404) with { Warnings = ["Invalid path for a versioned K/V secrets engine"] }));
        Assert.False(VaultErrors.IsAbsent(Response(403)));
    }

    [Theory]
    [InlineData(501, "not initialised")]
    [InlineData(503, "sealed")]
    [InlineData(429, "standby")]
    [InlineData(472, "disaster recovery")]
    [InlineData(473, "performance standby")]
    [InlineData(474, "lost its active server")]
    [InlineData(530, "removed")]
    [InlineData(200, "active")]
    [InlineData(418, null)]
    public void Health_is_said_in_words(int status, string? words)
    {
        var described = VaultNodeHealth.Describe(status);

        Assert.Equal(words is null, described is null);
        Assert.Contains(words ?? string.Empty, described ?? string.Empty, StringComparison.Ordinal);
    }

    private static VaultResponse Response(int status) => new() { Status = status, Server = "Vault at https://v", Body = SensitiveBytes.Copy([]) };
}
