using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Tests.Configuration;

public sealed class QuantitiesTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("10s", 10_000)]
    [InlineData("5m", 300_000)]
    [InlineData("48h", 172_800_000)]
    [InlineData("7d", 604_800_000)]
    public void A_duration_is_a_number_with_a_unit(string text, long milliseconds)
    {
        Assert.True(Quantities.TryDuration(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("10")]
    [InlineData("10 s")]
    [InlineData("-1s")]
    [InlineData("1.5h")]
    [InlineData("10S")]
    [InlineData("10sm")]
    [InlineData("9999999999s")]
    [InlineData("99999d")]
    [InlineData("٣s")]
    public void Anything_else_is_no_duration(string text) => Assert.False(Quantities.TryDuration(text, out _));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("4096", 4096)]
    [InlineData("64KiB", 65_536)]
    [InlineData("999999999MiB", 999_999_999L * 1024 * 1024)]
    public void A_size_is_bytes_or_a_number_with_a_unit(string text, long bytes)
    {
        Assert.True(Quantities.TrySize(text, out var size));
        Assert.Equal(bytes, size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("KiB")]
    [InlineData("1KB")]
    [InlineData("1GiB")]
    [InlineData("-1")]
    public void Anything_else_is_no_size(string text) => Assert.False(Quantities.TrySize(text, out _));

    [Theory]
    [InlineData(0.2, "200ms")]
    [InlineData(59, "59s")]
    [InlineData(119, "119s")]
    [InlineData(3600, "60m")]
    [InlineData(86_400, "24h")]
    [InlineData(864_000, "10d")]
    public void A_span_is_told_in_one_unit(double seconds, string expected) =>
        Assert.Equal(expected, Quantities.ForPeople(TimeSpan.FromSeconds(seconds)));
}
