namespace SecretProviders.Tests;

public sealed class ExceptionTests
{
    [Theory]
    [InlineData(SecretErrorCode.Unavailable, false)]
    [InlineData(SecretErrorCode.Throttled, false)]
    [InlineData(SecretErrorCode.Unreachable, true)]
    public void No_answer_is_unavailable_and_definite_only_when_waiting_is_no_use(SecretErrorCode code, bool definite)
    {
        var state = new SecretSourceException(code, "no answer") { RetryAfter = TimeSpan.FromSeconds(7) }.ToState();

        Assert.Equal(new SecretState.Unavailable("no answer") { Definite = definite, RetryAfter = TimeSpan.FromSeconds(7) }, state);
    }

    [Fact]
    public void A_refusal_is_denied_with_its_remedy() =>
        Assert.Equal(new SecretState.Denied("grant get"), new SecretSourceException(SecretErrorCode.Denied, "grant get").ToState());

    [Fact]
    public void An_unsound_answer_is_invalid() =>
        Assert.Equal(
            new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, "no JSON")),
            new SecretSourceException(SecretErrorCode.Invalid, "no JSON").ToState());

    [Fact]
    public void The_cause_stays_inside_untouched()
    {
        var cause = new IOException("broken pipe");

        Assert.Same(cause, new SecretSourceException(SecretErrorCode.Unavailable, "no answer", cause).InnerException);
    }

    [Fact]
    public void A_configuration_lists_every_mistake()
    {
        var exception = new SecretConfigurationException("one", "two");

        Assert.Equal(["one", "two"], exception.Errors);
        Assert.Equal($"one{Environment.NewLine}two", exception.Message);
    }

    [Fact]
    public void A_limit_says_which() => Assert.Equal("at most 3 names", new SecretLimitException("at most 3 names").Message);
}
