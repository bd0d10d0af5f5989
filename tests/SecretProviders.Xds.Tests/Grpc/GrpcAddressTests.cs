using SecretProviders.Xds.Grpc;

namespace SecretProviders.Xds.Tests.Grpc;

public sealed class GrpcAddressTests
{
    [Theory]
    [InlineData("unix:/run/sds.sock", "/run/sds.sock")]
    [InlineData("unix:///run/sds.sock", "/run/sds.sock")]
    [InlineData("unix:sds.sock", "sds.sock")]
    public void Unix_address_names_a_path_and_the_authority_localhost(string text, string path)
    {
        var address = GrpcAddress.Parse(text);

        Assert.Equal((path, "http://localhost/"), (address.SocketPath, address.BaseUri.ToString()));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8234")]
    [InlineData("https://sds.example:443/")]
    public void Uri_is_taken_as_it_is(string text)
    {
        var address = GrpcAddress.Parse(text);

        Assert.Equal((null, new Uri(text)), (address.SocketPath, address.BaseUri));
    }

    [Theory]
    [InlineData("")]
    [InlineData("unix:")]
    [InlineData("unix://host/path")]
    [InlineData("sds.example:443")]
    [InlineData("ftp://sds.example")]
    [InlineData("http://sds.example/path")]
    [InlineData("http://user@sds.example/")]
    public void Other_texts_are_refused_with_the_remedy(string text) =>
        Assert.Contains("write ", Assert.Throws<FormatException>(() => GrpcAddress.Parse(text)).Message, StringComparison.Ordinal);
}
