namespace SecretProviders.Tests;

public sealed class SmallValuesTests
{
    [Theory]
    [InlineData("spiffe://a.test/edge", "node", "spiffe://a.test/edge")]
    [InlineData(null, "node", "node")]
    [InlineData(null, null, "connection")]
    public void A_consumer_is_its_identity_else_its_node_else_its_connection(string? identity, string? node, string expected) =>
        Assert.Equal(expected, new SecretConsumer("connection") { TlsIdentity = identity, NodeId = node }.Id);

    [Fact]
    public void A_version_is_abbreviated_for_people()
    {
        Assert.Equal("0123456789ab", new SecretVersion("0123456789abcdef").Abbreviated);
        Assert.Equal("short", new SecretVersion("short").Abbreviated);
    }

    [Fact]
    public void The_default_version_is_empty_and_prints_nothing()
    {
        Assert.Equal("", default(SecretVersion).ToString());
        Assert.Equal("", default(SecretVersion).Abbreviated);
        Assert.NotEqual(default, new SecretVersion("00"));
    }

    [Fact]
    public void An_origin_prints_its_source_and_location()
    {
        Assert.Equal("files", new SecretOrigin("files").ToString());
        Assert.Equal("files:web/tls.crt", new SecretOrigin("files") { Location = "web/tls.crt" }.ToString());
    }

    [Fact]
    public void A_problem_prints_its_code_and_message() =>
        Assert.Equal("ChainOrder: web: swap them.", new SecretProblem(SecretProblemCode.ChainOrder, "web: swap them.").ToString());
}
