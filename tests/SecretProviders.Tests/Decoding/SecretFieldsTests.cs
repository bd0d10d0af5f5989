namespace SecretProviders.Tests.Decoding;

public sealed class SecretFieldsTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("", "a")]
    public void Every_field_needs_a_name_of_its_own(string first, string second) =>
        Assert.Throws<ArgumentException>(() => Decode.Fields((first, "x"), (second, "y")));

    [Fact]
    public void The_stores_order_is_kept() =>
        Assert.Equal(["b", "a"], Decode.Fields(("b", "1"), ("a", "2")).Fields.Select(static field => field.Key));

    [Fact]
    public void Only_a_value_without_a_name_is_single()
    {
        Assert.True(SecretFields.Single(Decode.Bytes("x"), Decode.Place).IsSingle);
        Assert.False(Decode.Fields(("a", "x")).IsSingle);
        Assert.False(Decode.Fields().IsSingle);
    }

    [Fact]
    public void The_description_shows_names_and_lengths_only()
    {
        Assert.Equal("store/web (a: 7 bytes, b: 0 bytes)", Decode.Fields(("a", "hunter2"), ("b", "")).ToString());
        Assert.Equal("store/web (value: 7 bytes)", SecretFields.Single(Decode.Bytes("hunter2"), Decode.Place).ToString());
    }
}
