using SecretProviders.SdsFile;

namespace SecretProviders.Xds.Tests.SdsFile;

public sealed class SdsFileSecretSourceOptionsValidatorTests
{
    [Fact]
    public void Defaults_with_a_path_are_sound() => Assert.Empty(Mistakes(static _ => { }));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\0")]
    public void Path_is_needed(string path) => AssertMistake(options => options.Path = path, "Path is empty or no path");

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void Poll_has_limits(double seconds) => AssertMistake(options => options.Poll = TimeSpan.FromSeconds(seconds), "Poll must be");

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void Time_out_has_limits(double seconds) => AssertMistake(options => options.Timeout = TimeSpan.FromSeconds(seconds), "Timeout must be");

    [Theory]
    [InlineData(0)]
    [InlineData(int.MaxValue)]
    public void Size_has_limits(int bytes) => AssertMistake(options => options.MaxBytes = bytes, "MaxBytes must be");

    [Fact]
    public void All_mistakes_are_told_at_once() => Assert.Equal(2, Mistakes(static options => (options.MaxBytes, options.Poll) = (0, TimeSpan.Zero)).Length);

    private static void AssertMistake(Action<SdsFileSecretSourceOptions> change, string words) =>
        Assert.Contains($"Source 'envoy': {words}", Assert.Single(Mistakes(change)), StringComparison.Ordinal);

    private static string[] Mistakes(Action<SdsFileSecretSourceOptions> change)
    {
        var options = new SdsFileSecretSourceOptions { Path = "/etc/envoy/sds.yaml" };
        change(options);
        return [.. new SdsFileSecretSourceOptionsValidator().Validate("envoy", options).Failures ?? []];
    }
}
