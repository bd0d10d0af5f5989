using SecretProviders.Sds;

namespace SecretProviders.Xds.Tests.SdsSource;

public sealed class SdsSecretSourceOptionsValidatorTests
{
    [Fact]
    public void Defaults_with_an_address_are_sound() => Assert.Empty(Mistakes(static _ => { }));

    [Theory]
    [InlineData("unix:/run/sds.sock")]
    [InlineData("unix:///run/sds.sock")]
    [InlineData("http://127.0.0.1:8234")]
    [InlineData("https://sds.example:8234")]
    public void Addresses_of_each_sort_are_sound(string address) => Assert.Empty(Mistakes(options =>
    {
        options.Addresses.Clear();
        options.Addresses.Add(address);
    }));

    [Fact]
    public void No_address_is_a_mistake() => AssertMistake(static options => options.Addresses.Clear(), "Addresses is empty");

    [Theory]
    [InlineData("sds.example:8234")]
    [InlineData("http://sds.example/path")]
    [InlineData("unix:")]
    [InlineData("")]
    public void Address_that_is_not_understood_is_a_mistake(string address) => AssertMistake(options => options.Addresses.Add(address), $"'{address}'");

    [Fact]
    public void Address_twice_is_a_mistake() => AssertMistake(static options => options.Addresses.Add("unix:/a"), "comes twice");

    [Fact]
    public void Tls_without_https_is_a_mistake() => AssertMistake(static options => options.Tls.Ca = SecretCredential.FromSecret("ca"), "https://");

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    [InlineData(5)]
    [InlineData(60)]
    public void Patience_with_silence_is_shorter_than_the_time_out(double seconds) =>
        AssertMistake(options => options.AbsentAfter = TimeSpan.FromSeconds(seconds), "AbsentAfter must be");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100_000)]
    public void Time_out_has_limits(double seconds) => Assert.Contains(
        Mistakes(options => options.Timeout = TimeSpan.FromSeconds(seconds)), static mistake => mistake.Contains("Timeout must be", StringComparison.Ordinal));

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void Keep_alive_has_limits(double seconds) => AssertMistake(options => options.KeepAlive = TimeSpan.FromSeconds(seconds), "KeepAlive must be");

    [Theory]
    [InlineData(0)]
    [InlineData(int.MaxValue)]
    public void Size_of_responses_has_limits(int bytes) => AssertMistake(options => options.MaxResponseBytes = bytes, "MaxResponseBytes must be");

    [Fact]
    public void Node_needs_an_id() => AssertMistake(static options => options.NodeId = "", "NodeId is empty");

    [Fact]
    public void All_mistakes_are_told_at_once() => Assert.Equal(3, Mistakes(static options =>
    {
        options.NodeId = "";
        options.KeepAlive = TimeSpan.Zero;
        options.Addresses.Clear();
    }).Length);

    private static void AssertMistake(Action<SdsSecretSourceOptions> change, string words)
    {
        var mistake = Assert.Single(Mistakes(change));
        Assert.StartsWith("Source 'upstream': ", mistake, StringComparison.Ordinal);
        Assert.Contains(words, mistake, StringComparison.Ordinal);
    }

    private static string[] Mistakes(Action<SdsSecretSourceOptions> change)
    {
        var options = new SdsSecretSourceOptions { Addresses = { "unix:/a" } };
        change(options);
        return [.. new SdsSecretSourceOptionsValidator().Validate("upstream", options).Failures ?? []];
    }
}
