namespace SecretProviders.Kubernetes.Tests;

public sealed class KubernetesSecretSourceOptionsValidatorTests
{
    [Fact]
    public void Defaults_are_sound() => Assert.Empty(Failures(static _ => { }));

    [Theory]
    [InlineData("*")]
    [InlineData("edge")]
    [InlineData("edge-1")]
    public void Namespace_is_sound(string place) => Assert.Empty(Failures(options => options.Namespaces.Add(place)));

    [Theory]
    [InlineData("")]
    [InlineData("Edge")]
    [InlineData("-edge")]
    [InlineData("edge-")]
    [InlineData("ed.ge")]
    [InlineData("ed/ge")]
    [InlineData("edge*")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public void Namespace_that_is_none_is_named(string place) =>
        Assert.Contains($"'{place}'", Assert.Single(Failures(options => options.Namespaces.Add(place))), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    [InlineData(3601)]
    public void Recheck_has_limits(double seconds) =>
        Assert.Contains("Recheck", Assert.Single(Failures(options => options.Recheck = TimeSpan.FromSeconds(seconds))), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86401)]
    public void Timeout_has_limits(double seconds) =>
        Assert.Contains("Timeout", Assert.Single(Failures(options => options.Timeout = TimeSpan.FromSeconds(seconds))), StringComparison.Ordinal);

    [Fact]
    public void Mode_is_one_that_there_is() => Assert.Contains("Watch", Assert.Single(Failures(static options => options.Watch = (KubernetesWatchMode)9)), StringComparison.Ordinal);

    [Fact]
    public void All_mistakes_are_told_at_once() => Assert.Equal(3, Failures(static options =>
    {
        options.Namespaces.Add("A");
        options.Recheck = TimeSpan.Zero;
        options.Timeout = TimeSpan.Zero;
    }).Count());

    private static IEnumerable<string> Failures(Action<KubernetesSecretSourceOptions> change)
    {
        var options = new KubernetesSecretSourceOptions();
        change(options);
        return new KubernetesSecretSourceOptionsValidator().Validate("k8s", options).Failures ?? [];
    }
}
