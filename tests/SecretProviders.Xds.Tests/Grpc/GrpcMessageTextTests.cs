using SecretProviders.Xds.Grpc;

namespace SecretProviders.Xds.Tests.Grpc;

public sealed class GrpcMessageTextTests
{
    [Theory]
    [InlineData("plain words!", "plain words!")]
    [InlineData("100 %", "100 %25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("é", "%C3%A9")]
    [InlineData("🦀", "%F0%9F%A6%80")]
    public void Text_survives(string text, string encoded)
    {
        Assert.Equal(encoded, GrpcMessageText.Encode(text));
        Assert.Equal(text, GrpcMessageText.Decode(encoded));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("50%", "50%")]
    [InlineData("%zz", "%zz")]
    [InlineData("%4", "%4")]
    public void Broken_escapes_are_kept_as_they_are(string encoded, string text) => Assert.Equal(text, GrpcMessageText.Decode(encoded));

    [Fact]
    public void Long_text_is_cut_between_characters()
    {
        var encoded = GrpcMessageText.Encode(new string('é', 10_000));

        Assert.InRange(encoded.Length, GrpcMessageText.MaxEncodedLength - 12, GrpcMessageText.MaxEncodedLength);
        Assert.All(GrpcMessageText.Decode(encoded), static character => Assert.Equal('é', character));
    }

    [Fact]
    public void Lone_surrogate_does_no_harm() => Assert.Equal("%EF%BF%BD", GrpcMessageText.Encode("\ud800"));
}
