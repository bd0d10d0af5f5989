using System.Text.Json;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Permissions;

namespace SecretProviders.Kubernetes.Tests.Permissions;

public sealed class ApiFailureTests
{
    private static readonly ObjectSelection Web = new(ApiResource.Secrets, "edge", "web");

    [Fact]
    public void Forbidden_is_Denied_with_the_rule_and_the_servers_words()
    {
        var denied = Assert.IsType<SecretState.Denied>(State(new ApiException(403, "Forbidden", "User \"bob\" cannot list")));

        Assert.Contains("{ apiGroups: [\"\"], resources: [\"secrets\"], verbs: [\"list\", \"watch\"], resourceNames: [\"web\"] }", denied.Remedy, StringComparison.Ordinal);
        Assert.Contains("User \"bob\" cannot list", denied.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Refused_credentials_are_Denied_and_speak_of_them() =>
        Assert.Contains("compare the clocks", Assert.IsType<SecretState.Denied>(State(new ApiException(401, "Unauthorized", "no"))).Remedy, StringComparison.Ordinal);

    [Fact]
    public void Sort_that_is_not_served_is_a_definite_outage() => Assert.True(Unavailable(new ApiException(404, "NotFound", "no")).Definite);

    [Fact]
    public void Wish_to_wait_is_passed_on() =>
        Assert.Equal(TimeSpan.FromSeconds(9), Unavailable(new ApiException(429, null, "later") { RetryAfter = TimeSpan.FromSeconds(9) }).RetryAfter);

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(302)]
    public void Any_other_status_is_an_outage(int code) => Assert.Contains($"{code}", Unavailable(new ApiException(code, null, "down")).Error, StringComparison.Ordinal);

    [Fact]
    public void Answer_that_cannot_be_read_is_an_outage_and_not_repeated() =>
        Assert.DoesNotContain("marker", Unavailable(new JsonException("marker")).Error, StringComparison.Ordinal);

    [Fact]
    public void Failure_of_the_credentials_is_what_it_says() =>
        Assert.Equal("plugin", Unavailable(new SecretSourceException(SecretErrorCode.Unavailable, "plugin")).Error);

    private static SecretState State(Exception exception) => ApiFailure.ToState(exception, Web);

    private static SecretState.Unavailable Unavailable(Exception exception) => Assert.IsType<SecretState.Unavailable>(State(exception));
}
