using SecretProviders.Kubernetes.Watching;

namespace SecretProviders.Kubernetes.Tests.Watching;

public sealed class ResourceVersionTests
{
    [Theory]
    [InlineData("1", "2", true)]
    [InlineData("9", "10", true)]
    [InlineData("99999999999999999999998", "99999999999999999999999", true)]
    [InlineData("2", "2", false)]
    [InlineData("10", "9", false)]
    [InlineData("", "9", false)]
    [InlineData("9", "", false)]
    [InlineData("0", "9", false)]
    [InlineData("007", "9", false)]
    [InlineData("abc", "abd", false)]
    [InlineData("8x", "9", false)]
    [InlineData("-1", "9", false)]
    public void Only_numbers_have_an_order(string version, string than, bool older) => Assert.Equal(older, ResourceVersion.IsOlder(version, than));
}
