namespace SecretProviders.Tests.Decoding;

public sealed class GenericSecretTests
{
    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0x0D, 0x0A, 0x00, 0xFF })]
    public void One_value_is_kept_byte_for_byte(byte[] value)
    {
        var generic = Assert.IsType<GenericSecret>(Decode.FoundSingle(value, SecretKind.Generic).Secret);

        Assert.Equal(value, generic.Value!.GetSpan());
        Assert.Empty(generic.Fields);
    }

    [Fact]
    public void Fields_are_kept_byte_for_byte()
    {
        var generic = Assert.IsType<GenericSecret>(Decode.Found(Decode.Fields(("user", "edge"), ("tls.key", "no key\r\n")), SecretKind.Generic).Secret);

        Assert.Null(generic.Value);
        Assert.Equal(["tls.key", "user"], generic.Fields.Keys);
        Assert.Equal("no key\r\n"u8, generic.Fields["tls.key"].GetSpan());
    }

    [Fact]
    public void One_named_field_stays_a_field() =>
        Assert.Single(Assert.IsType<GenericSecret>(Decode.Found(Decode.Fields(("password", "x")), SecretKind.Generic).Secret).Fields);
}
